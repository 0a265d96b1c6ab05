// money.md *doubt*: an approval that no record has confirmed is asked about, and released only on evidence.
import { DEFAULT_CHAIN_POLICY } from '@freeway/core';
import { decodeRecord } from '@freeway/marqeta';
import { createRecordLedger, verifyLedger } from '@freeway/postgres';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CoreApiUnderTest, openCoreApi } from './core-api-under-test.ts';
import { PATIENTLY } from './patiently.ts';
import { baseEnvironment, processesInOne } from './processes-in-one.ts';
import { POSTGRES_QUEUES, type QueuesUnderTest, RABBITMQ_QUEUES } from './queues-under-test.ts';
import {
  ageDecision,
  ageLookups,
  type Approver,
  openApprover,
  openSweeperUnderTest,
  type SweeperUnderTest,
  UNDISTURBED,
} from './sweeper-under-test.ts';
import { openTestDatabase, seedProgramme, type TestDatabase } from './test-database.ts';
import { wireRecord } from './wire-record.ts';

describe.skipIf(!POSTGRES_QUEUES.available)('approvals in doubt', () => {
  let database: TestDatabase;
  let account: string;
  let limitId: number;
  let under: QueuesUnderTest;
  let approver: Approver;
  let coreApi: CoreApiUnderTest;
  let sweepers: SweeperUnderTest[];
  beforeAll(async () => {
    coreApi = await openCoreApi();
  });
  afterAll(() => coreApi.close());

  beforeEach(async () => {
    database = await openTestDatabase();
    [account = ''] = await seedProgramme(database.postgres);
    const [limit] = await database.postgres.sql`
      insert into limits (token, subject_kind, subject_token, currency, limit_window, max_amount_minor)
        values ('daily', 'user', 'user-1', 'EUR', 'day', 1000000) returning limit_id`;
    limitId = limit?.['limit_id'] as number;
    under = await POSTGRES_QUEUES.open(database.url);
    approver = openApprover(database.url, account);
    sweepers = [];
    coreApi.asked.length = 0;
    coreApi.transactions.clear();
    coreApi.answerWith(undefined);
  });
  afterEach(async () => {
    for (const { lifecycle } of sweepers) expect(await lifecycle.stop()).toBe(true);
    expect((await verifyLedger(database.postgres)).filter(({ ok }) => !ok)).toEqual([]);
    await approver.close();
    await under.close();
    await database.close();
  });

  async function open(env: Readonly<Record<string, string>> = coreApi.env): Promise<SweeperUnderTest> {
    const sweeper = await openSweeperUnderTest(database.url, { ...under.env, ...env });
    sweepers.push(sweeper);
    return sweeper;
  }

  /** Approves 10.00, which the day's limit counts, and makes it that old. */
  async function inDoubt(token: string, age: string, changes: Parameters<Approver['approve']>[1] = {}): Promise<void> {
    const { kind, amountMinor = 1000n } = changes.request ?? {};
    const count = kind === 'increment' ? 0 : 1;
    const counter = { limitId, window: 'day', windowStart: '2026-03-15', amountMinor, count } as const;
    const counters = kind === 'refund_authorization' ? [] : [counter];
    await approver.approve(token, { ...changes, reservation: { counters, ...changes.reservation } });
    await ageDecision(database.postgres, token, age);
  }

  async function standing(): Promise<string> {
    const [row] = await database.postgres.sql`
      select a.held_minor, a.pending_credit_minor, coalesce((select sum(amount_minor) from counters), 0) as counted,
             coalesce((select sum(count) from counters), 0) as count from accounts a where account_id = ${account}`;
    return `holds ${row?.['held_minor']}, expects ${row?.['pending_credit_minor']}, counts ${row?.['counted']} in ${row?.['count']}`;
  }

  async function applyRecord(text: string): Promise<void> {
    const decoded = decodeRecord(text, { receivedAtMs: 0 });
    if (!decoded.ok) throw new Error(decoded.fault.detail);
    await createRecordLedger(database.postgres, { policy: DEFAULT_CHAIN_POLICY }).applyRecords([decoded.record]);
  }

  const waiting = async () => (await under.queues.statistics())[1]?.ready;
  const lookups = () => database.postgres.sql`select transaction_token, times_not_found from lookups order by 1`;

  test('what the platform knows goes the way of all records, and is not asked about again', async () => {
    const found = wireRecord({ token: 't-1', amount: '7.00', note: 12345678901234567890n.toString() });
    coreApi.transactions.set('t-1', found.replace('"amount":7', '"amount": 7.000'));
    await inDoubt('t-1', '11 minutes');
    await inDoubt('young', '9 minutes');
    const sweeper = await open();
    expect(await sweeper.rounds.doubt(UNDISTURBED)).toMatchObject({ found: 1, notFound: 0, released: 0 });
    expect(await sweeper.rounds.doubt(UNDISTURBED)).toMatchObject({ found: 0 });
    expect(coreApi.asked).toEqual(['t-1']);
    expect(await sweeper.metric('freeway_lookups_total{outcome="found"')).toBe(1);

    const seen = Promise.withResolvers<{ id: string; type: string; body: string }>();
    const consumer = await under.queues.consume('transaction-processing-queue', { prefetch: 1 }, async (delivery) => {
      seen.resolve(delivery);
    });
    expect(await seen.promise).toMatchObject({
      id: '["transaction","t-1","PENDING","authorization"]',
      type: 'transaction_recorded',
      body: coreApi.transactions.get('t-1'),
    });
    await consumer.stop();
  });

  test('a transaction that the platform does not know is released at the second answer that counts', async () => {
    await inDoubt('t-1', '3 hours');
    const sweeper = await open();
    const round = () => sweeper.rounds.doubt(UNDISTURBED);
    // Too young: the platform may be late itself.
    expect(await round()).toMatchObject({ notFound: 1, released: 0 });
    expect(await lookups()).toEqual([{ transaction_token: 't-1', times_not_found: 0 }]);
    await ageDecision(database.postgres, 't-1', '4 hours 1 minute');
    await ageLookups(database.postgres, '2 hours');
    expect(await round()).toMatchObject({ notFound: 1, released: 0 });
    // Not before some minutes have passed.
    expect(await round()).toMatchObject({ notFound: 0, released: 0 });
    expect(await standing()).toBe('holds 1000, expects 0, counts 1000 in 1');
    await ageLookups(database.postgres, '11 minutes');
    expect(await round()).toMatchObject({ notFound: 1, released: 1 });
    expect(await standing()).toBe('holds 0, expects 0, counts 0 in 0');
    expect(await round()).toMatchObject({ notFound: 0, unconfirmed: { under_1d: 0 } });
    expect(await lookups()).toEqual([]);
    expect(sweeper.log.map(({ msg }) => msg)).toContain('released an approval that the platform does not know');
  });

  test('a record of the platform that comes after the release beats it', async () => {
    await inDoubt('t-1', '5 hours');
    const sweeper = await open();
    await sweeper.rounds.doubt(UNDISTURBED);
    await ageLookups(database.postgres, '11 minutes');
    expect(await sweeper.rounds.doubt(UNDISTURBED)).toMatchObject({ released: 1 });
    await applyRecord(wireRecord({ token: 't-1', created_time: '2026-03-01T00:00:00Z' }));
    expect(await standing()).toBe('holds 1000, expects 0, counts 1000 in 1');
  });

  test('of a chain only what is not known is released', async () => {
    await inDoubt('base', '9 minutes');
    await inDoubt('more', '5 hours', { request: { kind: 'increment', amountMinor: 300n }, chain: 'base' });
    const sweeper = await open();
    expect(await standing()).toBe('holds 1300, expects 0, counts 1300 in 1');
    await sweeper.rounds.doubt(UNDISTURBED);
    await ageLookups(database.postgres, '11 minutes');
    expect(await sweeper.rounds.doubt(UNDISTURBED)).toMatchObject({ released: 1 });
    expect(await standing()).toBe('holds 1000, expects 0, counts 1000 in 1');
  });

  test('a promised credit is promised no longer, and a single message is held no longer', async () => {
    const refund = { request: { kind: 'refund_authorization' }, reservation: { effect: 'expected_credit' } } as const;
    await inDoubt('refund', '5 hours', refund);
    await inDoubt('machine', '5 hours', {
      request: { kind: 'single_message' },
      reservation: { messageClass: 'single' },
    });
    expect(await standing()).toBe('holds 1000, expects 1000, counts 1000 in 1');
    const sweeper = await open();
    await sweeper.rounds.doubt(UNDISTURBED);
    await ageLookups(database.postgres, '11 minutes');
    expect(await sweeper.rounds.doubt(UNDISTURBED)).toMatchObject({ released: 2 });
    expect(await standing()).toBe('holds 0, expects 0, counts 0 in 0');
  });

  test('an answer that is none counts for nothing, and ends the round', async () => {
    await inDoubt('t-1', '6 hours');
    await inDoubt('t-2', '5 hours');
    const sweeper = await open();
    for (const status of [429, 401, 200]) {
      coreApi.answerWith(status);
      expect(await sweeper.rounds.doubt(UNDISTURBED)).toMatchObject({
        found: 0,
        notFound: 0,
        released: 0,
        failed: /Core API/,
      });
    }
    expect(coreApi.asked).toEqual(['t-1', 't-1', 't-1']);
    expect(await lookups()).toEqual([]);
    expect(await sweeper.metric('freeway_lookups_total{outcome="failed"')).toBe(3);
    coreApi.answerWith(undefined);
    expect(await sweeper.rounds.doubt(UNDISTURBED)).toMatchObject({ notFound: 2 });
  });

  test('the word of another programme’s Core API counts for nothing', async () => {
    await inDoubt('known', '5 hours');
    await applyRecord(wireRecord({ token: 'known' }));
    await inDoubt('t-1', '5 hours');
    const sweeper = await open();
    for (let nth = 0; nth < 3; nth++) {
      expect(await sweeper.rounds.doubt(UNDISTURBED)).toMatchObject({ notFound: 1, released: 0 });
      await ageLookups(database.postgres, '11 minutes');
    }
    expect(await lookups()).toEqual([{ transaction_token: 't-1', times_not_found: 0 }]);
    expect(sweeper.log.map(({ msg }) => msg)).toContain(
      'the Core API does not know what the platform has told us: nothing is released',
    );
    coreApi.transactions.set('known', wireRecord({ token: 'known' }));
    await sweeper.rounds.doubt(UNDISTURBED);
    await ageLookups(database.postgres, '11 minutes');
    expect(await sweeper.rounds.doubt(UNDISTURBED)).toMatchObject({ released: 1 });
  });

  test('a round asks about no more than it may, the oldest first', async () => {
    for (const [token, age] of Object.entries({ c: '3 hours', a: '9 hours', d: '2 hours', b: '6 hours' }))
      await inDoubt(token, age);
    const sweeper = await open({ ...coreApi.env, SWEEP_LOOKUPS_MAX: '3' });
    await sweeper.rounds.doubt(UNDISTURBED);
    expect(coreApi.asked).toEqual(['a', 'b', 'c']);
    await sweeper.rounds.doubt(UNDISTURBED);
    expect(coreApi.asked).toEqual(['a', 'b', 'c', 'd']);
  });

  test('told to stop, it asks about nothing more', async () => {
    await inDoubt('a', '9 hours');
    const sweeper = await open();
    expect(await sweeper.rounds.doubt(AbortSignal.abort())).toMatchObject({ notFound: 0 });
    expect(coreApi.asked).toEqual([]);
  });

  test('without the Core API nothing is released, and how much is in doubt is told', async () => {
    await inDoubt('t-1', '30 hours');
    await inDoubt('t-2', '2 hours');
    const sweeper = await open({});
    expect(await sweeper.rounds.doubt(UNDISTURBED)).toMatchObject({
      notFound: 0,
      unconfirmed: { under_4h: 1, over_1d: 1 },
    });
    expect(await standing()).toBe('holds 2000, expects 0, counts 2000 in 2');
    expect(await sweeper.metric('freeway_unconfirmed_approvals{age="over_1d"')).toBe(1);
    expect(await sweeper.metric('freeway_unconfirmed_oldest_seconds')).toBeGreaterThanOrEqual(30 * 3600);
    const line = sweeper.log.find(({ msg }) => msg.startsWith('approvals are in doubt'));
    expect(line).toMatchObject({ level: 'warn', under_4h: 1, over_1d: 1 });
  });

  test('two sweepers at once release once', async () => {
    await inDoubt('t-1', '5 hours');
    const both = [await open(), await open()];
    await both[0]?.rounds.doubt(UNDISTURBED);
    await ageLookups(database.postgres, '11 minutes');
    await Promise.all(both.map(({ rounds }) => rounds.doubt(UNDISTURBED)));
    expect(await standing()).toBe('holds 0, expects 0, counts 0 in 0');
    expect(await waiting()).toBe(0);
  });
});

for (const queues of [POSTGRES_QUEUES, RABBITMQ_QUEUES])
  describe.skipIf(!queues.available)(`what was looked up, over queues in ${queues.name}`, () => {
    test('confirms, resizes and undoes approvals', async () => {
      const coreApi = await openCoreApi();
      const database = await openTestDatabase();
      const [account = ''] = await seedProgramme(database.postgres);
      const under = await queues.open(database.url);
      const approver = openApprover(database.url, account);
      const processes = processesInOne({ ...baseEnvironment(database.url), ...under.env });
      const sweeper = await openSweeperUnderTest(database.url, { ...under.env, ...coreApi.env });
      for (const token of ['confirmed', 'smaller', 'declined']) {
        await approver.approve(token);
        await ageDecision(database.postgres, token, '20 minutes');
      }
      coreApi.transactions.set('confirmed', wireRecord({ token: 'confirmed' }));
      coreApi.transactions.set('smaller', wireRecord({ token: 'smaller', amount: '4.00' }));
      const response = { code: '1016', memo: 'Not sufficient funds' };
      coreApi.transactions.set('declined', wireRecord({ token: 'declined', state: 'DECLINED', response }));
      expect(await sweeper.rounds.doubt(UNDISTURBED)).toMatchObject({ found: 3 });
      await processes.transactionWorker();
      const held = async () => (await database.postgres.sql`select held_minor from accounts`)[0]?.['held_minor'];
      await expect.poll(held, PATIENTLY).toBe('1400');
      expect(await sweeper.rounds.doubt(UNDISTURBED)).toMatchObject({ found: 0, oldestAgeMs: 0 });
      expect((await verifyLedger(database.postgres)).filter(({ ok }) => !ok)).toEqual([]);
      await Promise.all([processes.lifecycle.stop(), sweeper.lifecycle.stop(), approver.close()]);
      await under.close();
      await coreApi.close();
      await database.close();
    });
  });
