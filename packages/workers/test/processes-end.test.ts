import { outboxBacklog } from '@freeway/postgres';
import { type FaultProxy, openFaultProxy } from '@freeway/testkit/fault-proxy';
import { afterEach, beforeEach, describe, expect, onTestFailed, test } from 'vitest';
import { type ArchiveUnderTest, MONGODB_ARCHIVE } from './archive-under-test.ts';
import { type Child, type MAINS, startChild } from './child-process.ts';
import { dropWaiting, holdLock, waitingForLocks } from './locks.ts';
import { PATIENTLY } from './patiently.ts';
import { askByHttp, baseEnvironment } from './processes-in-one.ts';
import type { QueuesUnderTest } from './queues-under-test.ts';
import { addressOf, DATABASE_URL, through } from './servers.ts';
import { STORE_CHOICES } from './store-choices.ts';
import { openDecider, openTestDatabase, seedProgramme, type TestDatabase } from './test-database.ts';
import { wireRequest } from './wire-request.ts';

const COMMITS_UNDER_WAY = 'freeway_postgres_commits_pool{state="active"';

for (const stores of STORE_CHOICES)
  describe.skipIf(!stores.available)(`processes over ${stores.name}`, () => {
    let database: TestDatabase;
    let account: string;
    let under: QueuesUnderTest;
    let kept: ArchiveUnderTest;
    let toArchive: FaultProxy;
    let toLedger: FaultProxy;
    let children: Child[];

    beforeEach(async () => {
      database = await openTestDatabase();
      [account = ''] = await seedProgramme(database.postgres);
      under = await stores.queues.open(database.url);
      kept = await stores.archive.open(database);
      toArchive = await openFaultProxy(stores.archive.server);
      toLedger = await openFaultProxy(addressOf(DATABASE_URL, 5432));
      children = [];
    });
    afterEach(async () => {
      for (const child of children) child.process.kill('SIGKILL');
      await Promise.all(children.map((child) => child.exited));
      await toArchive.close();
      await toLedger.close();
      await kept.close();
      await under.close();
      await database.close();
    });

    function start(name: keyof typeof MAINS, env: Readonly<Record<string, string>> = {}): Child {
      const common = { ...baseEnvironment(database.url), ...stores.env, ...under.env, ...kept.env(toArchive) };
      const child = startChild(name, { ...common, MARQETA_TIMEOUT_MS: '7000', OPERATIONS_PORT: '0', ...env });
      children.push(child);
      onTestFailed(() => void process.stderr.write(`${name}: ${JSON.stringify(child.log())}\n${child.stderr()}\n`));
      return child;
    }

    /** Nothing more reaches the archive until released. */
    async function holdArchive(): Promise<() => Promise<void>> {
      if (stores.archive !== MONGODB_ARCHIVE)
        return holdLock(database.postgres, 'lock table archive_decisions in exclusive mode');
      toArchive.stall();
      return toArchive.forward;
    }

    const archived = async () => (await kept.archive.statistics()).decisions.documents;
    const decisions = async () => (await database.postgres.sql`select decision_id from decisions`).length;
    const backlog = () => outboxBacklog(database.postgres, 'jit-funding');

    test('SIGTERM while busy: each finishes what is in its hands and exits with 0', async () => {
      const gateway = start('gateway', { DATABASE_URL: through(database.url, toLedger) });
      const url = String((await gateway.logged('listening'))['url']);
      const answers: Promise<{ status: number }>[] = [];
      const ask = () => {
        const answer = askByHttp(url, wireRequest({ token: `t${answers.length}`, amount: '1.00' }));
        answers.push(answer);
        return answer;
      };
      // From here on the facts are known, and only the ledger is asked.
      await ask();
      toLedger.stall();
      // A commit under way and five authorizations of its account that wait for the next.
      void ask();
      await expect.poll(() => readGauge(url, COMMITS_UNDER_WAY), PATIENTLY).toBe(1);
      while (answers.length < 7) void ask();
      await expect.poll(() => readGauge(url, 'freeway_commit_queue'), PATIENTLY).toBe(5);
      await terminate(gateway, toLedger.forward);
      expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(answers.map(() => 200));
      expect(await decisions()).toBe(7);

      const releaseCursor = await holdLock(database.postgres, 'lock table relay_cursors in exclusive mode');
      const relay = start('relay');
      await expect.poll(() => waitingForLocks(database.postgres, 'relay_cursors'), PATIENTLY).toBe(1);
      await terminate(relay, releaseCursor);
      expect(await backlog()).toBe(0);
      expect((await under.queues.statistics())[0]).toMatchObject({ ready: 7 });

      const releaseArchive = await holdArchive();
      const worker = start('worker', { QUEUE_PREFETCH: '5' });
      await expect.poll(() => inHand(worker), PATIENTLY).toBe(5);
      await terminate(worker, releaseArchive);
      expect(await archived()).toBe(5);
      const successor = start('worker');
      await expect.poll(archived, PATIENTLY).toBe(7);
      await terminate(successor, async () => undefined);
      expect((await under.queues.statistics())[0]).toMatchObject({ ready: 0, dead: 0 });
    });

    test('kill -9 in the middle of the work: after a restart everything is archived, and nothing twice', async () => {
      const decider = openDecider(database.url);
      const decide = async (from: number, to: number) => {
        for (let n = from; n < to; n++) await decider.decide(`t${n}`, account);
      };
      // The relay dies with all published and its cursor where it was.
      await decide(0, 20);
      const releaseCursor = await holdLock(database.postgres, 'lock table relay_cursors in exclusive mode');
      const first = start('relay');
      await expect.poll(() => waitingForLocks(database.postgres, 'relay_cursors'), PATIENTLY).toBe(1);
      await kill(first);
      await dropWaiting(database.postgres, 'relay_cursors');
      await releaseCursor();
      expect(await backlog()).toBe(20);
      const relay = start('relay');
      await expect.poll(backlog, PATIENTLY).toBe(0);
      expect((await under.queues.statistics())[0]).toMatchObject({ ready: 40 });

      // The worker dies with ten in hand, and the relay with it.
      const worker = start('worker', { QUEUE_PREFETCH: '10' });
      await expect.poll(archived, PATIENTLY).toBe(20);
      await expect.poll(() => inHand(worker), PATIENTLY).toBe(0);
      const releaseArchive = await holdArchive();
      await decide(20, 45);
      await expect.poll(() => inHand(worker), PATIENTLY).toBe(10);
      await Promise.all([kill(relay), kill(worker)]);
      await dropWaiting(database.postgres, 'archive_decisions');
      await releaseArchive();
      await under.forgetDeadHolders();
      start('relay');
      start('worker');
      await expect.poll(archived, PATIENTLY).toBe(45);
      await expect
        .poll(async () => (await under.queues.statistics())[0], PATIENTLY)
        .toMatchObject({ ready: 0, dead: 0 });
      const known = await database.postgres.sql`select decision_id::text as id from decisions`;
      const documents = await kept.archive.find('decisions', { limit: 1000 });
      expect(documents.map(({ id }) => id).toSorted()).toEqual(known.map(({ id }) => id).toSorted());
      await decider.close();
    });
  });

/** Tells it to stop in the middle of something, lets it go on only then, and sees it end well. */
async function terminate(child: Child, letGoOn: () => Promise<void>): Promise<void> {
  child.process.kill('SIGTERM');
  await child.logged('stopping');
  await letGoOn();
  expect(await child.exited).toEqual({ code: 0, signal: null });
}

async function kill(child: Child): Promise<void> {
  child.process.kill('SIGKILL');
  await child.exited;
}

async function inHand(worker: Child): Promise<number> {
  const { url } = await worker.logged('operations routes listening');
  return readGauge(String(url), 'freeway_queue_in_flight{queue="jit-funding-queue"');
}

/** The first series of the metrics page that begins like this; -1 while there is none. */
async function readGauge(url: string, start: string): Promise<number> {
  const page = await (await fetch(`${url}/metrics`)).text();
  const line = page.split('\n').find((each) => each.startsWith(start));
  return line === undefined ? -1 : Number(line.slice(line.lastIndexOf(' ')));
}
