// money.md *expiry*: what the platform did not close is closed after its grace, and never while intake is behind.
import { DEFAULT_CHAIN_POLICY, type RecordLedger } from '@freeway/core';
import { decodeRecord } from '@freeway/marqeta';
import { createRecordLedger, importRecords, storeWebhooks, verifyLedger } from '@freeway/postgres';
import { createLogger, createMetrics } from '@freeway/runtime';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createExpiry } from '../src/sweeper/expiry.ts';
import { createSweeperMetrics } from '../src/sweeper/sweeper-metrics.ts';
import { POSTGRES_QUEUES, type QueuesUnderTest } from './queues-under-test.ts';
import {
  type Approval,
  type Approver,
  openApprover,
  openSweeperUnderTest,
  type SweeperUnderTest,
  UNDISTURBED,
} from './sweeper-under-test.ts';
import { openTestDatabase, type TestDatabase } from './test-database.ts';
import { wireClearing, wireRecord } from './wire-record.ts';

const DAY_MS = 86_400_000;
const ago = (days: number): number => Date.now() - days * DAY_MS;
const isoAgo = (days: number): string => new Date(ago(days)).toISOString();

const message = (name: string) => ({ id: name, type: 'transaction_recorded', body: '{}' });

describe.skipIf(!POSTGRES_QUEUES.available)('holds whose time is over', () => {
  let database: TestDatabase;
  let under: QueuesUnderTest;
  let sweeper: SweeperUnderTest;
  let ledger: RecordLedger;
  beforeAll(async () => {
    database = await openTestDatabase();
    under = await POSTGRES_QUEUES.open(database.url);
    sweeper = await openSweeperUnderTest(database.url, under.env);
    ledger = createRecordLedger(database.postgres, { policy: DEFAULT_CHAIN_POLICY });
  });
  afterAll(async () => {
    expect(await sweeper.lifecycle.stop()).toBe(true);
    await under.close();
    await database.close();
  });

  /** The test's own user, who can pay for everything, and the day's limit. */
  let user: string;
  let users = 0;
  let account: string;
  let limitId: number;
  let approver: Approver;
  beforeEach(async () => {
    const { sql } = database.postgres;
    user = `user-${++users}`;
    await sql`insert into owners (kind, token) values ('user', ${user})`;
    const [row] = await sql`
      insert into accounts (owner_kind, owner_token, currency, credit_line_minor)
        values ('user', ${user}, 'EUR', 100000) returning account_id`;
    account = row?.['account_id'] as string;
    const [limit] = await sql`
      insert into limits (token, subject_kind, subject_token, currency, limit_window, max_amount_minor)
        values (${user}, 'user', ${user}, 'EUR', 'day', 1000000) returning limit_id`;
    limitId = limit?.['limit_id'] as number;
    approver = openApprover(database.url, account);
  });
  afterEach(async () => {
    await approver.close();
    expect((await verifyLedger(database.postgres)).filter(({ ok }) => !ok)).toEqual([]);
  });

  const token = (name: string) => `${name} of ${user}`;
  const round = () => sweeper.rounds.expiry(UNDISTURBED);

  /** Approves 10.00 of so many days ago, which lapses when the platform said. */
  async function approve(name: string, days: number, expiresDaysAgo?: number, changes: Approval = {}): Promise<void> {
    const occurredAtMs = ago(days);
    const day = new Date(occurredAtMs).toISOString().slice(0, 10);
    const { kind, amountMinor = 1000n } = changes.request ?? {};
    const count = kind === 'increment' ? 0 : 1;
    await approver.approve(token(name), {
      ...changes,
      request: {
        owner: { kind: 'user', token: user },
        occurredAtMs,
        ...(expiresDaysAgo === undefined ? {} : { expiresAtMs: ago(expiresDaysAgo) }),
        ...changes.request,
      },
      reservation: {
        counters: [{ limitId, window: 'day', windowStart: day, amountMinor, count }],
        ...changes.reservation,
      },
    });
  }

  async function apply(...texts: string[]): Promise<void> {
    const records = texts.map((text) => {
      const decoded = decodeRecord(text, { receivedAtMs: Date.now() });
      if (!decoded.ok) throw new Error(decoded.fault.detail);
      return decoded.record;
    });
    await ledger.applyRecords(records);
  }

  async function standing(): Promise<string> {
    const [row] = await database.postgres.sql`
      select posted_minor, held_minor, (select sum(amount_minor) from counters k where k.account_id = a.account_id) as counted,
             (select sum(count) from counters k where k.account_id = a.account_id) as count from accounts a where account_id = ${account}`;
    return `posted ${row?.['posted_minor']}, holds ${row?.['held_minor']}, counts ${row?.['counted']} in ${row?.['count']}`;
  }

  async function listed(): Promise<readonly string[]> {
    const rows = await database.postgres.sql`
      select reason, state from record_exceptions where account_id = ${account} order by exception_id`;
    return rows.map((row) => `${row['reason']} ${row['state']}`);
  }

  const clearing = (name: string, parent: string, daysAgo: number, amount?: string): string =>
    wireClearing(token(name), token(parent), amount).replace('2026-03-15T12:00:00Z', isoAgo(daysAgo));

  test('are given back, the amount and not the count, once', async () => {
    await approve('t', 10, 3);
    await approve('fresh', 10, 1);
    expect(await standing()).toBe('posted 0, holds 2000, counts 2000 in 2');
    expect(await round()).toEqual({ expired: 1, failed: 0 });
    expect(await standing()).toBe('posted 0, holds 1000, counts 1000 in 2');
    expect(await round()).toEqual({ expired: 0, failed: 0 });
    expect(await listed()).toEqual([]);
    const records = await database.postgres.sql`
      select type, effect, outcome, amount_minor, content from records where transaction_token = ${`${token('t')}:expiry`}`;
    expect(records).toMatchObject([
      { type: 'freeway.expiry', effect: 'expiry', outcome: 'approved', amount_minor: '1000' },
    ]);
    expect(JSON.parse(records[0]?.['content'])).toMatchObject({ source: 'sweeper' });
  });

  test('a clearing after that books a debit without a hold, and is listed', async () => {
    await approve('t', 10, 3);
    await round();
    await apply(clearing('late', 't', 0, '8.00'));
    expect(await standing()).toBe('posted -800, holds 0, counts 800 in 1');
    expect(await listed()).toEqual(['cleared_without_hold open']);
  });

  test('a clearing from before that, which only comes late, finds its hold', async () => {
    await approve('t', 10, 3);
    await round();
    await apply(clearing('early', 't', 5, '8.00'));
    expect(await standing()).toBe('posted -800, holds 0, counts 800 in 1');
    expect(await listed()).toEqual([]);
  });

  test('an increment with a newer date holds again, until that has passed too', async () => {
    await approve('t', 20, 9);
    expect(await round()).toMatchObject({ expired: 1 });
    await approve('more', 5, 3, { request: { kind: 'increment', amountMinor: 300n }, chain: token('t') });
    await sweeper.rounds.refolds(UNDISTURBED);
    expect((await standing()).slice(0, 24)).toBe('posted 0, holds 300, cou');
    expect(await round()).toMatchObject({ expired: 1 });
    expect((await standing()).slice(0, 24)).toBe('posted 0, holds 0, count');
    expect(await round()).toMatchObject({ expired: 0 });
  });

  test('a whole chain that no record has touched is given back', async () => {
    await approve('t', 10, 4);
    await approve('more', 9, 3, { request: { kind: 'increment', amountMinor: 300n }, chain: token('t') });
    expect(await round()).toMatchObject({ expired: 1 });
    const [row] = await database.postgres.sql`
      select sum(amount_minor)::text as counted, sum(count)::text as count from counters where account_id = ${account}`;
    expect([await standing(), row]).toEqual([expect.stringMatching(/holds 0/), { counted: '0', count: '1' }]);
  });

  test('records say when: seven days for what was confirmed, unless they name a date', async () => {
    await approve('seven', 10);
    await approve('dated', 10);
    await round();
    expect(await standing()).toMatch(/holds 2000/);
    const record = (name: string, more: object = {}) =>
      wireRecord({ token: token(name), user, created_time: isoAgo(10), ...more });
    await apply(record('seven'), record('dated', { authorization_expiration: isoAgo(-3) }));
    expect(await round()).toMatchObject({ expired: 1 });
    expect(await standing()).toMatch(/holds 1000/);
  });

  test('the platform’s own expiry after ours changes nothing', async () => {
    await approve('t', 10, 3);
    await round();
    await apply(
      wireRecord({
        token: token('expiry'),
        user,
        type: 'authorization.reversal.issuerexpiration',
        state: 'CLEARED',
        created_time: isoAgo(1),
        preceding_related_transaction_token: token('t'),
      }),
    );
    expect(await standing()).toBe('posted 0, holds 0, counts 0 in 1');
    expect(await round()).toMatchObject({ expired: 0 });
  });

  test('a date before the approval’s own closes it all the same', async () => {
    await approve('t', 10, 12);
    expect(await round()).toMatchObject({ expired: 1 });
    await round();
    expect(await standing()).toBe('posted 0, holds 0, counts 0 in 1');
  });

  test('they may be a business’s, or imported, or both', async () => {
    const { postgres } = database;
    const business = `business of ${user}`;
    const content = { type: 'authorization', currency: 'EUR', amount_left: '5.00', occurred_at: isoAgo(20) };
    const lines = [
      { type: 'business', token: business },
      { type: 'account', business, currency: 'EUR', opening_balance: '100.00' },
      { ...content, transaction_token: token('dated'), business, expires_at: isoAgo(3) },
      { ...content, transaction_token: token('month'), user, occurred_at: isoAgo(40) },
      { ...content, transaction_token: token('open'), user },
    ].map((line, index) => ({ line: index + 1, content: line }));
    const imported = await importRecords(postgres, () => lines, { actor: 'test', source: 'test' });
    expect(imported).toMatchObject({ status: 'applied' });
    expect(await round()).toEqual({ expired: 2, failed: 0 });
    const held =
      await postgres.sql`select sum(held_minor)::text as held from accounts where owner_token in (${business}, ${user})`;
    expect(held).toEqual([{ held: '500' }]);
  });

  test('more than one transaction takes are expired in one round', async () => {
    for (let nth = 0; nth < 7; nth++) await approve(`t-${nth}`, 10, 3);
    expect(await ownRound({ batchMax: 3 })).toEqual({ expired: 7, failed: 0 });
    expect(await standing()).toBe('posted 0, holds 0, counts 0 in 7');
  });

  test('one that cannot be expired does not keep the others open', async () => {
    for (const name of ['a', 'b', 'c']) await approve(name, 10, 3);
    const failing: RecordLedger = {
      applyRecords: async (records) => {
        if (records.some(({ transactionToken }) => transactionToken === `${token('b')}:expiry`))
          throw new Error('a bug of its own');
        return ledger.applyRecords(records);
      },
    };
    expect(await ownRound({ ledger: failing })).toEqual({ expired: 2, failed: 1 });
    expect(await standing()).toBe('posted 0, holds 1000, counts 1000 in 3');
    expect(await round()).toEqual({ expired: 1, failed: 0 });
  });

  function ownRound(changes: { readonly ledger?: RecordLedger; readonly batchMax?: number }) {
    const expiry = createExpiry({
      postgres: sweeper.postgres,
      ledger,
      whyBehind: async () => undefined,
      graceMs: 2 * DAY_MS,
      metrics: createSweeperMetrics(createMetrics({ process: 'test', node: false })),
      logger: createLogger({ process: 'test', level: 'silent' }),
      now: () => Date.now(),
      ...changes,
    });
    return expiry(UNDISTURBED);
  }

  /** Takes what waits, so that nothing does. */
  async function drain(): Promise<void> {
    for (const queue of ['transaction-processing-queue', 'webhook-queue'] as const) {
      const consumer = await under.queues.consume(queue, { prefetch: 10 }, async () => undefined);
      const left = async () => (await under.queues.statistics()).find((each) => each.queue === queue);
      await expect.poll(left, { timeout: 20_000 }).toMatchObject({ ready: 0, inFlight: 0 });
      await consumer.stop();
    }
  }
  const skipped = () => sweeper.metric('freeway_expiry_skipped_total');

  describe('while intake is behind', () => {
    test.each(['transaction-processing-queue', 'webhook-queue'] as const)(
      'nothing expires: %s stands still with messages in it',
      async (queue) => {
        await approve('t', 10, 3);
        const before = await skipped();
        await database.postgres.sql`update records set received_at = now() - interval '2 minutes'`;
        await under.queues.publish(queue, [message(token('waits'))]);
        expect(await round()).toMatchObject({ expired: 0, skipped: /^1 messages wait, and nothing/ });
        expect(await skipped()).toBe(before + 1);
        expect(sweeper.log.at(-1)).toMatchObject({ level: 'warn', msg: 'intake is behind: no hold expires' });
        await drain();
        expect(await round()).toEqual({ expired: 1, failed: 0 });
      },
    );

    test('few messages that are being handled are no backlog, many are one', async () => {
      await approve('t', 10, 3);
      await apply(wireRecord({ token: token('just now'), user, created_time: isoAgo(0) }));
      const few = await openSweeperUnderTest(database.url, { ...under.env, SWEEP_BACKLOG_MAX: '1' });
      await under.queues.publish('webhook-queue', [message(token('one'))]);
      await under.queues.publish('transaction-processing-queue', [message(token('two'))]);
      expect(await few.rounds.expiry(UNDISTURBED)).toMatchObject({ expired: 0, skipped: '2 messages wait' });
      // Decisions on their way to the archive have nothing to do with it.
      await under.queues.publish('jit-funding-queue', [message(token('three'))]);
      expect(await round()).toEqual({ expired: 1, failed: 0 });
      await few.lifecycle.stop();
      await drain();
    });

    test('nothing expires: webhooks wait in the database for the broker', async () => {
      await approve('t', 10, 3);
      await storeWebhooks(database.postgres, [{ id: crypto.randomUUID(), body: '{}' }]);
      expect(await round()).toMatchObject({ expired: 0, skipped: '1 stored webhooks wait for the broker' });
      await database.postgres.sql`delete from stored_webhooks`;
      expect(await round()).toEqual({ expired: 1, failed: 0 });
    });

    test('nothing expires: the queues cannot be asked', async () => {
      await approve('t', 10, 3);
      const away = await openSweeperUnderTest(database.url, { ...under.env, RABBITMQ_URL: 'amqp://127.0.0.1:1' });
      expect(await away.rounds.expiry(UNDISTURBED)).toMatchObject({
        expired: 0,
        skipped: 'the queues do not say how much waits in them',
      });
      await away.lifecycle.stop();
      expect(await round()).toEqual({ expired: 1, failed: 0 });
    });

    test('nothing is asked while nothing is due', async () => {
      await storeWebhooks(database.postgres, [{ id: crypto.randomUUID(), body: '{}' }]);
      expect(await round()).toEqual({ expired: 0, failed: 0 });
      await database.postgres.sql`delete from stored_webhooks`;
    });
  });
});
