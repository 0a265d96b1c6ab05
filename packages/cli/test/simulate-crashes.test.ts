import { connectPostgres, type Postgres, verifyLedger } from '@freeway/postgres';
import { openTestDatabase, type TestDatabase } from '@freeway/postgres/testing';
import {
  buildProgramme,
  createLives,
  createModel,
  createPlayer,
  type Lives,
  type Model,
  type Player,
} from '@freeway/simulator';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { differingAccounts, differingCounters, readModelState } from '../src/demo/ledger-state.ts';
import { settleBooked } from '../src/demo/play-lives.ts';
import { type ListedExceptions, watchExceptions } from '../src/demo/records-state.ts';
import { seedProgramme } from '../src/seed-programme.ts';
import { findFreePorts } from './free-ports.ts';
import { removeQueues } from './remove-queues.ts';
import { type RunningFreeway, startFreeway } from './running-freeway.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];
const rabbitUrl = process.env['TEST_RABBITMQ_URL'];

/** How often each process is killed; `CRASH_ROUNDS=10` for a long look. */
const ROUNDS = Number(process.env['CRASH_ROUNDS'] ?? 1);
const BETWEEN_KILLS_MS = 1500;
const TIMEOUT_MS = 180_000 + ROUNDS * 60_000;

const PROCESSES: Readonly<Record<string, readonly string[]>> = {
  gateway: ['gateway'],
  intake: ['intake'],
  relay: ['relay'],
  jitFunding: ['worker', 'jit-funding-queue'],
  transaction: ['worker', 'transaction-processing-queue'],
  webhook: ['worker', 'webhook-queue'],
  sweeper: ['sweeper'],
};

describe.skipIf(serverUrl === undefined || rabbitUrl === undefined)(
  'killing every process',
  { timeout: TIMEOUT_MS },
  () => {
    const credentials = { username: 'marqeta', password: 'Only-4-your-own-machine' };
    const prefix = `crashes-${randomUUID()}.`;
    const programme = buildProgramme({ seed: 11, users: 600 });
    let folder: string;
    let database: TestDatabase;
    let postgres: Postgres;
    let ports: readonly [gateway: number, intake: number];
    const running = new Map<string, RunningFreeway>();

    function start(name: string): void {
      const env = {
        DATABASE_URL: database.url,
        RABBITMQ_URL: rabbitUrl ?? '',
        QUEUE_PREFIX: prefix,
        PORT: String(ports[0]),
        INTAKE_PORT: String(ports[1]),
        OPERATIONS_PORT: '0',
        JIT_BASIC_AUTH_USERNAME: credentials.username,
        JIT_BASIC_AUTH_PASSWORD: credentials.password,
        WEBHOOK_BASIC_AUTH_USERNAME: credentials.username,
        WEBHOOK_BASIC_AUTH_PASSWORD: credentials.password,
        ORIGINAL_CREDITS: 'true',
        ORIGINAL_CREDIT_MAX: '1000000',
        POSTGRES_POOL_MAX: '5',
        LOG_LEVEL: 'silent',
      };
      running.set(name, startFreeway(PROCESSES[name] ?? [], { cwd: folder, env }));
    }

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'freeway-crashes-'));
      database = await openTestDatabase(serverUrl ?? '');
      postgres = connectPostgres({ url: database.url, poolMax: 4, statementTimeoutMs: 60_000 });
      await seedProgramme(postgres, { programme, name: 'crashes', actor: 'test' });
      ports = await findFreePorts();
      for (const name of Object.keys(PROCESSES)) start(name);
      for (const port of ports) await answers(`http://127.0.0.1:${port}/ready`);
    }, TIMEOUT_MS);
    afterAll(async () => {
      await Promise.all([...running.values()].map((each) => each.kill()));
      await removeQueues(rabbitUrl ?? '', prefix);
      await postgres.close();
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    });

    test('while whole lives are played leaves every account, counter and exception as the simulator has them', async () => {
      const model = createModel(programme, await readModelState(postgres, programme));
      const exceptions = await watchExceptions(postgres);
      const { player, lives } = platform(model);
      const playing = player.run();
      for (let round = 0; round < ROUNDS; round++) {
        for (const name of Object.keys(PROCESSES)) {
          await sleep(BETWEEN_KILLS_MS);
          await running.get(name)?.kill();
          start(name);
          await settleBooked(postgres, model, player);
        }
      }
      const traffic = await playing;
      await lives.finish();
      await expect.poll(() => settleBooked(postgres, model, player), { timeout: TIMEOUT_MS, interval: 200 }).toBe(0);

      expect(traffic.wrongAnswers).toEqual([]);
      expect(traffic.approved).toBeGreaterThan(20);
      expect(Object.keys(traffic.connectionErrors)).not.toEqual([]);
      expect(lives.report().webhooks).toMatchObject({ dropped: 0, waiting: 0 });
      expect(await differences(model, exceptions)).toEqual({
        uncertain: [],
        accounts: [],
        counters: [],
        exceptions: [],
      });
      // What was published twice or read again may still be on its way to the archive.
      await expect
        .poll(async () => (await verifyLedger(postgres)).filter(({ ok }) => !ok), { timeout: 60_000, interval: 500 })
        .toEqual([]);
    });

    function platform(model: Model): { readonly player: Player; readonly lives: Lives } {
      const [gateway, intake] = ports.map((port) => `http://127.0.0.1:${port}`) as [string, string];
      const runId = randomUUID();
      const lives = createLives({
        programme,
        model,
        seed: runId,
        dayMs: 1000,
        conduct: { judgedLate: 0.02, repeats: 0.4 },
        webhooks: {
          url: `${intake}/v1/webhooks/marqeta`,
          credentials,
          secondMs: 10,
          duplicates: 0.05,
          reorder: 0.1,
          reorderMs: 500,
        },
      });
      const player = createPlayer({
        url: `${gateway}/v1/jit`,
        credentials,
        ratePerSecond: 20,
        programme,
        model,
        lives,
        seed: 1,
        runId,
        durationMs: ROUNDS * Object.keys(PROCESSES).length * BETWEEN_KILLS_MS,
      });
      return { player, lives };
    }

    async function differences(model: Model, exceptions: ListedExceptions): Promise<object> {
      const balances = [...model.expectedBalances()];
      return {
        uncertain: balances.filter(({ certain }) => !certain),
        accounts: await differingAccounts(postgres, balances),
        counters: await differingCounters(postgres, [...model.expectedCounters()]),
        exceptions: await exceptions.differing(model.expectedOddities()),
      };
    }
  },
);

/** Until somebody answers there, and is ready. A hook's own limit ends it. */
async function answers(url: string): Promise<void> {
  const isReady = (): Promise<boolean> =>
    fetch(url).then(
      ({ status }) => status < 500,
      () => false,
    );
  while (!(await isReady())) await sleep(100);
}
