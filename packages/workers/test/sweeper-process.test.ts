import { verifyLedger } from '@freeway/postgres';
import { type FaultProxy, openFaultProxy } from '@freeway/testkit/fault-proxy';
import { afterEach, beforeEach, describe, expect, onTestFailed, test } from 'vitest';
import { type Child, startChild } from './child-process.ts';
import { type CoreApiUnderTest, openCoreApi } from './core-api-under-test.ts';
import { PATIENTLY } from './patiently.ts';
import { baseEnvironment } from './processes-in-one.ts';
import { POSTGRES_QUEUES, type QueuesUnderTest, RABBITMQ_QUEUES } from './queues-under-test.ts';
import { addressOf, DATABASE_URL, through } from './servers.ts';
import { ageDecision, type Approver, openApprover } from './sweeper-under-test.ts';
import { openTestDatabase, seedProgramme, type TestDatabase } from './test-database.ts';
import { wireRecord } from './wire-record.ts';

const OFTEN = { SWEEP_DOUBT_EVERY_MS: '50', SWEEP_EXPIRY_EVERY_MS: '50', SWEEP_REFOLDS_EVERY_MS: '50' };
const DAY_MS = 86_400_000;

for (const kind of [POSTGRES_QUEUES, RABBITMQ_QUEUES])
  describe.skipIf(!kind.available)(`the sweeper as a process, over queues in ${kind.name}`, () => {
    let database: TestDatabase;
    let under: QueuesUnderTest;
    let coreApi: CoreApiUnderTest;
    let approver: Approver;
    let toLedger: FaultProxy;
    let children: Child[];
    beforeEach(async () => {
      database = await openTestDatabase();
      const [account = ''] = await seedProgramme(database.postgres);
      under = await kind.open(database.url);
      coreApi = await openCoreApi();
      approver = openApprover(database.url, account);
      toLedger = await openFaultProxy(addressOf(DATABASE_URL, 5432));
      children = [];
    });
    afterEach(async () => {
      for (const child of children) child.process.kill('SIGKILL');
      await Promise.all(children.map((child) => child.exited));
      await toLedger.close();
      await approver.close();
      await coreApi.close();
      await under.close();
      await database.close();
    });

    function start(env: Readonly<Record<string, string>> = {}): Child {
      const common = { ...baseEnvironment(database.url), ...under.env, ...coreApi.env, ...OFTEN, OPERATIONS_PORT: '0' };
      const child = startChild('sweeper', { ...common, ...env });
      children.push(child);
      onTestFailed(() => void process.stderr.write(`${JSON.stringify(child.log())}\n${child.stderr()}\n`));
      return child;
    }

    async function approveLapsed(): Promise<void> {
      const [occurredAtMs, expiresAtMs] = [Date.now() - 10 * DAY_MS, Date.now() - 3 * DAY_MS];
      await approver.approve('lapsed', { request: { occurredAtMs, expiresAtMs } });
    }

    const held = async () => (await database.postgres.sql`select held_minor from accounts`)[0]?.['held_minor'];
    const waiting = async () => (await under.queues.statistics())[1]?.ready;

    test('does all it is for by itself, and ends when it is told to', async () => {
      await approver.approve('doubted', { request: { occurredAtMs: Date.now() } });
      await ageDecision(database.postgres, 'doubted', '1 hour');
      coreApi.transactions.set('doubted', wireRecord({ token: 'doubted' }));
      const sweeper = start();
      await expect.poll(waiting, PATIENTLY).toBe(1);
      // The record waits in the queue for a worker that is not there: nothing expires until it is applied.
      await approveLapsed();
      await sweeper.logged('intake is behind: no hold expires');
      expect(await held()).toBe('2000');
      const consumer = await under.queues.consume(
        'transaction-processing-queue',
        { prefetch: 1 },
        async () => undefined,
      );
      await expect.poll(held, PATIENTLY).toBe('1000');
      await consumer.stop();
      expect(await pageOf(sweeper)).toContain('freeway_sweeper_acting{process="sweeper"} 1');
      sweeper.process.kill('SIGTERM');
      expect(await sweeper.exited).toEqual({ code: 0, signal: null });
      expect((await verifyLedger(database.postgres)).filter(({ ok }) => !ok)).toEqual([]);
    });

    test('of two, one acts; when it is killed, the other does', async () => {
      const first = start();
      await first.logged('this sweeper acts');
      const second = start();
      await second.logged('another sweeper acts; this one stands by');
      expect(await pageOf(second)).toContain('freeway_sweeper_acting{process="sweeper"} 0');
      first.process.kill('SIGKILL');
      await first.exited;
      await second.logged('this sweeper acts');
      await expect.poll(() => pageOf(second), PATIENTLY).toContain('freeway_sweeper_acting{process="sweeper"} 1');
    });

    test('goes on when the ledger is back', async () => {
      const sweeper = start({ DATABASE_URL: through(database.url, toLedger), STATEMENT_TIMEOUT_MS: '1000' });
      await sweeper.logged('this sweeper acts');
      await toLedger.refuse();
      await sweeper.logged('a round failed, and is tried again');
      await approveLapsed();
      await toLedger.forward();
      await expect.poll(held, PATIENTLY).toBe('0');
    });
  });

async function pageOf(child: Child): Promise<string> {
  const { url } = await child.logged('operations routes listening');
  return (await fetch(`${String(url)}/metrics`)).text();
}
