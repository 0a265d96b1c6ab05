// money.md *doubt*, *outcome*: whatever happened between our commit and our answer, the platform's record settles it, in
// whichever order they come.
import { verifyLedger, voidAuthorization } from '@freeway/postgres';
import { type FaultProxy, openFaultProxy } from '@freeway/testkit/fault-proxy';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFailed, test } from 'vitest';
import { type Child, startChild } from './child-process.ts';
import { holdCommits } from './hold-commits.ts';
import { PATIENTLY } from './patiently.ts';
import { askByHttp, baseEnvironment, type Processes, processesInOne } from './processes-in-one.ts';
import { POSTGRES_QUEUES, type QueuesUnderTest } from './queues-under-test.ts';
import { addressOf, DATABASE_URL, through } from './servers.ts';
import { openApprover } from './sweeper-under-test.ts';
import { openTestDatabase, seedProgramme, type TestDatabase } from './test-database.ts';
import { wireRecord } from './wire-record.ts';
import { wireRequest } from './wire-request.ts';

const USERS = 40;
/** The gateway's deadline is half a second then. */
const SOON = { MARQETA_TIMEOUT_MS: '1000', NETWORK_ALLOWANCE_MS: '500' };
const DECLINED = { state: 'DECLINED', response: { code: '1016', memo: 'Not sufficient funds' } };
const COMMANDO = { standin_by: 'COMMANDO_AUTO', standin_approved_by: 'COMMANDO_AUTO', subnetwork: 'MANAGED_JIT' };
const APPROVED = {};

describe.skipIf(DATABASE_URL === '')('an answer that nobody is sure of', () => {
  let database: TestDatabase;
  let under: QueuesUnderTest;
  let processes: Processes;
  let toLedger: FaultProxy;
  let children: Child[] = [];
  let accounts: readonly string[];
  beforeAll(async () => {
    database = await openTestDatabase();
    accounts = await seedProgramme(database.postgres, USERS);
    await database.postgres.sql`
      insert into limits (token, subject_kind, subject_token, currency, limit_window, max_amount_minor, max_count)
        select 'daily-' || n, 'user', 'user-' || n, 'EUR', 'day', 100000, 9 from generate_series(1, ${USERS}) n`;
    under = await POSTGRES_QUEUES.open(database.url);
    processes = processesInOne({ ...baseEnvironment(database.url), ...under.env });
    await processes.transactionWorker();
    toLedger = await openFaultProxy(addressOf(DATABASE_URL, 5432));
  });
  afterAll(async () => {
    expect(await processes?.lifecycle.stop()).toBe(true);
    await toLedger?.close();
    await under?.close();
    await database?.close();
  });

  /** Each test has a user, a card and a transaction of its own. */
  let nth = 0;
  let user: string;
  let account: string;
  let transaction: string;
  beforeEach(() => {
    nth += 1;
    user = `user-${nth}`;
    account = accounts[nth - 1] ?? '';
    transaction = `t-${nth}`;
  });
  afterEach(async () => {
    await toLedger.forward();
    for (const child of children) child.process.kill('SIGKILL');
    await Promise.all(children.map((child) => child.exited));
    children = [];
    expect((await verifyLedger(database.postgres)).filter(({ ok }) => !ok)).toEqual([]);
  });

  async function startGateway(env: Readonly<Record<string, string>> = {}): Promise<{ child: Child; url: string }> {
    const common = { ...baseEnvironment(database.url), MARQETA_TIMEOUT_MS: '7000', COMMIT_IN_FLIGHT: '1', ...env };
    const child = startChild('gateway', common);
    children.push(child);
    onTestFailed(() => void process.stderr.write(`gateway: ${JSON.stringify(child.log())}\n${child.stderr()}\n`));
    const url = String((await child.logged('listening'))['url']);
    // The facts of the test's user are in its caches from now on.
    const warm = wireRequest({ token: `warm-${nth}`, amount: '0', user, card: `card-${nth}` });
    expect((await askByHttp(url, warm)).status).toBe(200);
    return { child, url };
  }

  const ask = (url: string) => askByHttp(url, wireRequest({ token: transaction, user, card: `card-${nth}` }));

  const isCommitted = async () =>
    (await database.postgres.sql`select from decisions where transaction_token = ${transaction}`).length === 1;

  /** The record of the test's transaction, as the webhook worker passes it on. */
  async function deliver(changes: object): Promise<void> {
    const funding = { token: `jit-of-${transaction}`, method: 'pgfs.authorization', user_token: user, amount: 10 };
    const body = wireRecord({
      token: transaction,
      user,
      card_token: `card-${nth}`,
      created_time: '2026-03-04T05:06:07Z',
      issuer_received_time: '2026-03-04T05:06:07.089Z',
      gpa_order: { token: `order-of-${transaction}`, amount: 10, currency_code: 'EUR', jit_funding: funding },
      ...changes,
    });
    await under.queues.publish('transaction-processing-queue', [
      { id: randomUUID(), type: 'transaction_recorded', body },
    ]);
    const left = async () => (await under.queues.statistics())[1];
    await expect.poll(left, PATIENTLY).toMatchObject({ ready: 0, inFlight: 0, dead: 0 });
  }

  /** Delivered, and once more: it is at least once. */
  async function deliverTwice(changes: object): Promise<void> {
    await deliver(changes);
    await deliver(changes);
  }

  async function standing(): Promise<string> {
    const [row] = await database.postgres.sql`
      select a.posted_minor, a.held_minor, coalesce((select sum(amount_minor) from counters k where k.account_id = a.account_id), 0) as counted,
             coalesce((select sum(count) from counters k where k.account_id = a.account_id), 0) as count,
             (select count(*) from holds h where h.account_id = a.account_id and h.amount_minor > 0) as holds,
             (select count(*) from refolds)::integer as refolds
        from accounts a where account_id = ${account}`;
    if (row?.['refolds'] !== 0) return 'chains wait to be folded anew';
    return `${row?.['holds']} hold of ${row?.['held_minor']}, counts ${row?.['counted']} in ${row?.['count']}`;
  }
  const HELD = '1 hold of 1000, counts 1000 in 1';
  const NOTHING = '0 hold of 0, counts 0 in 0';
  const settles = (expected: string) => expect.poll(standing, PATIENTLY).toBe(expected);

  async function marks(): Promise<Readonly<Record<string, unknown>> | undefined> {
    const [row] = await database.postgres.sql`
      select d.approved, d.confirmed, d.platform_outcome, bool_or(r.stand_in) as stand_in
        from decisions d left join records r on r.transaction_token = d.transaction_token
        where d.transaction_token = ${transaction} group by 1, 2, 3`;
    return row;
  }

  const isVoided = async () => (await marks())?.['approved'] === false;

  describe('the gateway is killed between its commit and its answer', () => {
    beforeEach(async () => {
      const { child, url } = await startGateway();
      const commits = await holdCommits(database.postgres, account);
      const answer = ask(url).catch(() => 'no answer');
      await commits.reached();
      child.process.kill('SIGKILL');
      await child.exited;
      expect(await answer).toBe('no answer');
      // The server does not know that its client is gone, and goes on.
      await commits.release();
      await expect.poll(isCommitted, PATIENTLY).toBe(true);
      expect(await standing()).toBe(HELD);
      expect(await marks()).toEqual({ approved: true, confirmed: false, platform_outcome: null, stand_in: null });
    });

    test('a record that it was declined gives the hold back, once', async () => {
      await deliverTwice(DECLINED);
      await settles(NOTHING);
      expect(await marks()).toEqual({ approved: true, confirmed: true, platform_outcome: 'refused', stand_in: false });
    });

    test('a record that Commando approved it leaves the one hold, marked', async () => {
      await deliverTwice(COMMANDO);
      await settles(HELD);
      expect(await marks()).toEqual({ approved: true, confirmed: true, platform_outcome: 'approved', stand_in: true });
    });

    test('the same message gets the stored answer from the next gateway, and one hold it is', async () => {
      const { url } = await startGateway();
      expect((await ask(url)).status).toBe(200);
      await deliver(APPROVED);
      await settles(HELD);
    });
  });

  describe('the gateway answers too late for the platform', () => {
    test.each([
      { record: DECLINED, becomes: NOTHING, is: 'declined' },
      { record: COMMANDO, becomes: HELD, is: 'approved by Commando' },
    ])('what it approved was $is', async ({ record, becomes }) => {
      const { url } = await startGateway();
      expect((await ask(url)).status).toBe(200);
      await deliverTwice(record);
      await settles(becomes);
    });

    test.each([
      { record: DECLINED, becomes: NOTHING, is: 'declined' },
      { record: COMMANDO, becomes: HELD, is: 'approved by Commando' },
    ])('what landed after a 5xx was $is', async ({ record, becomes }) => {
      const { url } = await startGateway({ ...SOON, DATABASE_URL: through(database.url, toLedger) });
      toLedger.stall();
      expect((await ask(url)).status).toBe(503);
      await toLedger.forward();
      await expect.poll(isCommitted, PATIENTLY).toBe(true);
      expect(await standing()).toBe(HELD);
      await deliverTwice(record);
      await settles(becomes);
    });
  });

  describe('the record overtakes our commit', () => {
    test.each([
      { record: DECLINED, becomes: NOTHING, is: 'declined' },
      { record: APPROVED, becomes: HELD, is: 'approved' },
      { record: COMMANDO, becomes: HELD, is: 'approved by Commando' },
    ])('$is before our commit reaches the ledger', async ({ record, becomes }) => {
      const { url } = await startGateway({ DATABASE_URL: through(database.url, toLedger) });
      toLedger.stall();
      const answer = ask(url);
      await deliver(record);
      expect(await isCommitted()).toBe(false);
      await toLedger.forward();
      // Our answer is the one we decided; what counts is what the platform made of it.
      expect((await answer).status).toBe(200);
      await settles(becomes);
      await deliver(record);
      await settles(becomes);
    });

    test.each([
      { record: DECLINED, becomes: NOTHING, is: 'declined' },
      { record: COMMANDO, becomes: HELD, is: 'approved by Commando' },
    ])('$is while our commit is in the middle of its statement', async ({ record, becomes }) => {
      const { url } = await startGateway();
      const commits = await holdCommits(database.postgres, account);
      const answer = ask(url);
      await commits.reached();
      const delivered = deliver(record);
      await commits.release();
      expect((await answer).status).toBe(200);
      await delivered;
      await settles(becomes);
    });
  });

  describe('we said no, since the ledger could not answer, and the commit lands after all', () => {
    const DECLINING = { ...SOON, LEDGER_UNAVAILABLE: 'decline' };
    const CASES = [
      { record: DECLINED, becomes: NOTHING, is: 'declined' },
      { record: COMMANDO, becomes: HELD, is: 'approved by Commando' },
      { record: APPROVED, becomes: HELD, is: 'approved' },
    ];

    test.each(CASES)('voided, then $is', async ({ record, becomes }) => {
      const { url } = await startGateway({ ...DECLINING, DATABASE_URL: through(database.url, toLedger) });
      toLedger.stall();
      expect((await ask(url)).status).toBe(402);
      await toLedger.forward();
      await expect.poll(isVoided, PATIENTLY).toBe(true);
      expect(await standing()).toBe(NOTHING);
      await deliverTwice(record);
      await settles(becomes);
    });

    test.each(CASES)('$is, then landed and voided', async ({ record, becomes }) => {
      const { child, url } = await startGateway({ ...DECLINING, DATABASE_URL: through(database.url, toLedger) });
      toLedger.stall();
      expect((await ask(url)).status).toBe(402);
      await deliver(record);
      expect(await isCommitted()).toBe(false);
      await toLedger.forward();
      await child.logged('looked for an approval nobody was told of');
      expect(await isCommitted()).toBe(true);
      await settles(becomes);
      await deliver(record);
      await settles(becomes);
    });

    test.each(CASES)('landed, $is, then to be voided', async ({ record, becomes }) => {
      // As the gateway's voider does it, which would not wait for us.
      const approver = openApprover(database.url, account);
      const [limit] = await database.postgres.sql`select limit_id from limits where token = ${`daily-${nth}`}`;
      const counter = {
        limitId: limit?.['limit_id'],
        window: 'day',
        windowStart: '2026-03-04',
        amountMinor: 1000n,
        count: 1,
      };
      const at = Date.parse('2026-03-04T05:06:07.089Z');
      await approver.approve(transaction, {
        request: { messageToken: `jit-of-${transaction}`, owner: { kind: 'user', token: user }, occurredAtMs: at },
        reservation: { counters: [counter as never] },
        attemptId: '7',
      });
      await approver.close();
      await deliver(record);
      await settles(becomes);
      const outcome = await voidAuthorization(database.postgres, `jit-of-${transaction}`, '7');
      expect(outcome).toBe(becomes === HELD ? 'confirmed' : 'declined');
      await settles(becomes);
    });
  });
});
