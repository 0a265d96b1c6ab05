import type { Archive, Consumer, Message, Queues } from '@freeway/core';
import { createLogger, createMetrics } from '@freeway/runtime';
import { type FaultProxy, openFaultProxy } from '@freeway/testkit/fault-proxy';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startJitFundingWorker } from '../src/jit-funding/jit-funding-worker.ts';
import { type ArchiveUnderTest, MONGODB_ARCHIVE, POSTGRES_ARCHIVE } from './archive-under-test.ts';
import { PATIENTLY } from './patiently.ts';
import { POSTGRES_QUEUES, type QueuesUnderTest, RABBITMQ_QUEUES } from './queues-under-test.ts';
import { openTestDatabase, type TestDatabase } from './test-database.ts';

const decided = (n: number): Message => ({
  id: `m${n}`,
  type: 'authorization_decided',
  body: JSON.stringify({
    decision_id: `${n}`,
    source: 'http',
    transaction_token: `t${n}`,
    decided_at: '2026-03-04T05:06:07+00:00',
  }),
});
const ids = Array.from({ length: 10 }, (_, n) => `${n}`);

for (const [queueKind, archiveKind] of [
  [POSTGRES_QUEUES, POSTGRES_ARCHIVE],
  [RABBITMQ_QUEUES, MONGODB_ARCHIVE],
] as const)
  describe.skipIf(!queueKind.available || !archiveKind.available)(
    `while the archive in ${archiveKind.name} is away (queues in ${queueKind.name})`,
    () => {
      let database: TestDatabase;
      let under: QueuesUnderTest;
      let kept: ArchiveUnderTest;
      let proxy: FaultProxy;
      let far: Archive;
      let consumer: Consumer;

      beforeEach(async () => {
        database = await openTestDatabase();
        under = await queueKind.open(database.url);
        kept = await archiveKind.open(database);
        proxy = await openFaultProxy(archiveKind.server);
        far = await kept.connectImpatiently(proxy);
      });
      afterEach(async () => {
        await consumer.stop();
        await proxy.forward();
        await far.close();
        await kept.close();
        await under.close();
        await database.close();
        await proxy.close();
      });

      const work = async (queues: Queues, archive: Archive): Promise<void> => {
        consumer = await startJitFundingWorker({
          queues,
          archive,
          authorize: () => Promise.reject(new Error('nobody asks here')),
          deadlineMs: 1000,
          correctCardOwner: () => Promise.reject(new Error('no card moves here')),
          prefetch: 20,
          logger: createLogger({ process: 'test', level: 'silent' }),
          metrics: createMetrics({ process: 'test', node: false }),
        });
      };
      const archivedIds = async () => (await kept.archive.find('decisions', {})).map(({ id }) => id).toSorted();

      test('decisions are tried again, then dead with the reason, each whole: nothing is lost', async () => {
        await proxy.refuse();
        await work(under.queues, far);
        await under.queues.publish(
          'jit-funding-queue',
          ids.map((_, n) => decided(n)),
        );
        await expect.poll(async () => (await under.queues.statistics())[0]?.dead, PATIENTLY).toBe(10);
        const letters = (await under.deadLetters()).toSorted((a, b) => (a.id < b.id ? -1 : 1));
        expect(letters.map(({ body }) => body)).toEqual(ids.map((_, n) => decided(n).body));
        for (const letter of letters) {
          expect(letter).toMatchObject({ reason: 'attempts_exhausted', attempts: 4 });
          expect(letter.lastError).toMatch(/^Fault: archive: /);
        }
        expect(await archivedIds()).toEqual([]);
      });

      test('back before the last attempt, all are archived and none is dead', async () => {
        await proxy.refuse();
        let failures = 0;
        let healed: Promise<void> | undefined;
        async function heal(): Promise<void> {
          await proxy.forward();
          await expect.poll(() => far.health(), PATIENTLY).toMatchObject({ state: 'up' });
        }
        const comesBack: Archive = {
          ...far,
          async insert(collection, documents) {
            try {
              return await far.insert(collection, documents);
            } catch (error) {
              failures++;
              await (healed ??= heal());
              throw error;
            }
          },
        };
        await work(under.queues, comesBack);
        await under.queues.publish(
          'jit-funding-queue',
          ids.map((_, n) => decided(n)),
        );
        await expect.poll(archivedIds, PATIENTLY).toEqual(ids);
        expect(failures).toBeGreaterThan(0);
        expect((await under.queues.statistics())[0]).toMatchObject({ dead: 0 });
      });
    },
  );
