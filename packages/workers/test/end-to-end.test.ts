import { verifyLedger } from '@freeway/postgres';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ArchiveUnderTest, MONGODB_ARCHIVE } from './archive-under-test.ts';
import { PATIENTLY } from './patiently.ts';
import { askByHttp, baseEnvironment, type Processes, processesInOne } from './processes-in-one.ts';
import type { QueuesUnderTest } from './queues-under-test.ts';
import { STORE_CHOICES } from './store-choices.ts';
import { openTestDatabase, seedProgramme, type TestDatabase } from './test-database.ts';
import { wireRequest } from './wire-request.ts';

for (const stores of STORE_CHOICES)
  describe.skipIf(!stores.available)(`gateway, relay and worker in one process over ${stores.name}`, () => {
    let database: TestDatabase;
    let under: QueuesUnderTest;
    let kept: ArchiveUnderTest;
    let processes: Processes;

    beforeEach(async () => {
      database = await openTestDatabase();
      await seedProgramme(database.postgres, 3);
      under = await stores.queues.open(database.url);
      kept = await stores.archive.open(database);
      processes = processesInOne({
        ...baseEnvironment(database.url),
        ...under.env,
        ...kept.env(),
        ...stores.env,
      });
    });
    afterEach(async () => {
      await processes.lifecycle.stop();
      await kept.close();
      await under.close();
      await database.close();
    });

    test('every answer given is a decision in the ledger and a document in the archive, and the books agree', async () => {
      const { url } = await processes.gateway();
      await processes.relay();
      await processes.worker();
      // user-1 runs out of money, every eighth card is unknown, and every fourth request comes twice.
      const requests = Array.from({ length: 48 }, (_, n) =>
        wireRequest({
          token: `t${n}`,
          user: `user-${(n % 3) + 1}`,
          card: n % 8 === 7 ? 'nobody-knows' : `card-${(n % 3) + 1}`,
          amount: n % 3 === 0 ? '90.00' : '1.50',
        }),
      );
      const repeats = requests.filter((_, n) => n % 4 === 0);
      const answers = await Promise.all([...requests, ...repeats].map((body) => askByHttp(url, body)));
      expect(answers.slice(requests.length)).toEqual(answers.filter((_, n) => n < requests.length && n % 4 === 0));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 402]));

      const decisions = await database.postgres.sql`
          select decision_id::text as id, approved, reason, transaction_token from decisions`;
      expect(decisions).toHaveLength(requests.length);
      const { archive } = kept;
      await expect.poll(async () => (await archive.statistics()).decisions.documents, PATIENTLY).toBe(decisions.length);
      for (const { id, approved, reason, transaction_token: token } of decisions) {
        const archived = await kept.archive.get('decisions', id);
        const outcome = approved ? 'approve' : 'decline';
        expect(answers[requests.findIndex((body) => JSON.parse(body).token === token)]?.status).toBe(
          approved ? 200 : 402,
        );
        expect(archived).toMatchObject({
          transactionToken: token,
          content: { source: 'http', outcome, currency: 'EUR', stages_ms: { decode: expect.any(Number) } },
        });
        expect(archived?.content['reason']).toBe(reason ?? undefined);
      }
      const broken = (await verifyLedger(database.postgres)).filter(({ ok }) => !ok);
      expect(broken).toEqual([]);
      expect(await processes.lifecycle.stop()).toBe(true);
    });

    test('health names each service with what it is, and the metrics page has relay, queues and pools', async () => {
      const relay = await processes.relay();
      const worker = await processes.worker();
      // Redis connects in the background.
      await expect.poll(async () => (await worker.health.report()).state, PATIENTLY).toBe('up');
      const { services } = await worker.health.report();
      const details = Object.fromEntries(Object.entries(services).map(([name, { detail }]) => [name, detail]));
      expect(details).toEqual(stores.health);
      const { archive: _, redis: __, ...ofRelay } = services;
      expect(Object.keys((await relay.health.report()).services)).toEqual(Object.keys(ofRelay));
      await expect.poll(() => relay.metrics.text(), PATIENTLY).toMatch(/freeway_outbox_backlog\{process="relay"\} 0/);
      const page = await worker.metrics.text();
      for (const series of [
        'freeway_queue_ready{queue="jit-funding-queue",process="jit-funding-worker"} 0',
        'freeway_queue_in_flight{queue="jit-funding-queue",process="jit-funding-worker"} 0',
        'freeway_queue_dead{queue="jit-funding-queue",process="jit-funding-worker"} 0',
        'freeway_postgres_worker_pool{state="max",process="jit-funding-worker"} 5',
      ])
        expect(page).toContain(series);
      expect(page.includes('freeway_mongodb_pool')).toBe(stores.archive === MONGODB_ARCHIVE);
    });
  });
