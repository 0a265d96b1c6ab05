import { connectPostgres, type Postgres } from '@freeway/postgres';
import { openTestDatabase } from '@freeway/postgres/testing';
import {
  buildProgramme,
  createLives,
  createModel,
  createPlayer,
  type Lives,
  type LivesOptions,
  type Model,
  type Player,
  type PlayOptions,
} from '@freeway/simulator';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '@freeway/postgres/free-port';
import { differingAccounts, differingCounters, readModelState } from '../src/demo/ledger-state.ts';
import { watchExceptions } from '../src/demo/records-state.ts';
import { seedProgramme } from '../src/seed-programme.ts';
import { removeQueues } from './remove-queues.ts';
import { type RunningFreeway, startFreeway } from './running-freeway.ts';

/** Every process of the product, as an operator starts it. */
export const PROCESSES = {
  gateway: ['gateway'],
  intake: ['intake'],
  relay: ['relay'],
  jitFunding: ['worker', 'jit-funding-queue'],
  transaction: ['worker', 'transaction-processing-queue'],
  webhook: ['worker', 'webhook-queue'],
  sweeper: ['sweeper'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
export type ProcessKey = keyof typeof PROCESSES;
export const PROCESS_KEYS = Object.keys(PROCESSES) as ProcessKey[];

const CREDENTIALS = { username: 'marqeta', password: 'Only-4-your-own-machine' };

export interface PlayedWorld {
  readonly postgres: Postgres;
  readonly running: ReadonlyMap<ProcessKey, RunningFreeway>;
  readonly gatewayUrl: string;
  readonly intakeUrl: string;
  start(name: ProcessKey): RunningFreeway;
  /** The platform, against these processes. */
  platform(play: Partial<PlayOptions>, lives: Partial<LivesOptions>): Promise<Platform>;
  close(): Promise<void>;
}

export interface Platform {
  readonly model: Model;
  readonly player: Player;
  readonly lives: Lives;
  /** What the ledger says otherwise than the simulator's own model; all empty when they are equal. */
  differences(): Promise<object>;
}

/** A programme on a database of its own, with every process of the product running and ready. */
export async function openPlayedWorld(
  name: string,
  { serverUrl, env }: { readonly serverUrl: string; readonly env: Readonly<Record<string, string>> },
): Promise<PlayedWorld> {
  const prefix = `${name}-${randomUUID()}.`;
  const programme = buildProgramme({ seed: 11, users: 600 });
  const folder = mkdtempSync(join(tmpdir(), `freeway-${name}-`));
  const database = await openTestDatabase(serverUrl);
  const postgres = connectPostgres({ url: database.url, poolMax: 4, statementTimeoutMs: 60_000 });
  await seedProgramme(postgres, { programme, name, actor: 'test' });
  const ports = await freePorts(2);
  const [gatewayUrl, intakeUrl] = ports.map((port) => `http://127.0.0.1:${port}`) as [string, string];
  const running = new Map<ProcessKey, RunningFreeway>();

  function start(process: ProcessKey): RunningFreeway {
    const common = {
      DATABASE_URL: database.url,
      QUEUE_PREFIX: prefix,
      PORT: String(ports[0]),
      INTAKE_PORT: String(ports[1]),
      OPERATIONS_PORT: '0',
      JIT_BASIC_AUTH_USERNAME: CREDENTIALS.username,
      JIT_BASIC_AUTH_PASSWORD: CREDENTIALS.password,
      WEBHOOK_BASIC_AUTH_USERNAME: CREDENTIALS.username,
      WEBHOOK_BASIC_AUTH_PASSWORD: CREDENTIALS.password,
      ORIGINAL_CREDITS: 'true',
      ORIGINAL_CREDIT_MAX: '1000000',
      POSTGRES_POOL_MAX: '5',
    };
    const started = startFreeway(PROCESSES[process], { cwd: folder, env: { ...common, ...env } });
    running.set(process, started);
    return started;
  }

  for (const process of PROCESS_KEYS) start(process);
  for (const url of [gatewayUrl, intakeUrl]) await answers(`${url}/ready`);
  return {
    postgres,
    running,
    gatewayUrl,
    intakeUrl,
    start,
    async platform(play, livesOptions) {
      const model = createModel(programme, await readModelState(postgres, programme));
      const exceptions = await watchExceptions(postgres);
      const runId = randomUUID();
      const lives = createLives({
        programme,
        model,
        seed: runId,
        dayMs: 1000,
        webhooks: {
          url: `${intakeUrl}/v1/webhooks/marqeta`,
          credentials: CREDENTIALS,
          secondMs: 10,
          duplicates: 0.05,
          reorder: 0.1,
          reorderMs: 500,
        },
        ...livesOptions,
      });
      const player = createPlayer({
        url: `${gatewayUrl}/v1/jit`,
        credentials: CREDENTIALS,
        ratePerSecond: 20,
        programme,
        model,
        lives,
        seed: 1,
        runId,
        ...play,
      });
      return { model, player, lives, differences: () => differences(postgres, model, exceptions) };
    },
    async close() {
      await Promise.all([...running.values()].map((each) => each.kill()));
      if (env['RABBITMQ_URL'] !== undefined) await removeQueues(env['RABBITMQ_URL'], prefix);
      await postgres.close();
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function differences(
  postgres: Postgres,
  model: Model,
  exceptions: Awaited<ReturnType<typeof watchExceptions>>,
): Promise<object> {
  const balances = [...model.expectedBalances()];
  return {
    uncertain: balances.filter(({ certain }) => !certain),
    accounts: await differingAccounts(postgres, balances),
    counters: await differingCounters(postgres, [...model.expectedCounters()]),
    exceptions: await exceptions.differing(model.expectedOddities()),
  };
}

export const EQUAL = { uncertain: [], accounts: [], counters: [], exceptions: [] };

/** Until somebody answers there, and is ready. A hook's own limit ends it. */
async function answers(url: string): Promise<void> {
  const isReady = (): Promise<boolean> =>
    fetch(url).then(
      ({ status }) => status < 500,
      () => false,
    );
  while (!(await isReady())) await sleep(100);
}
