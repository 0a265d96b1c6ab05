import type { BenchWorld } from '../bench-world.ts';
import { freePort } from '../free-port.ts';
import type { FreewayProcess } from '../freeway.ts';
import type { RunningDatabase } from '../start-database.ts';
import { untilReady } from '../until-ready.ts';

const CREDENTIALS = { username: 'bench', password: 'Bench-only-password-1' };
const WORKERS = ['webhook-queue', 'transaction-processing-queue'] as const;

/** The processes between a webhook and the ledger, each of its own. */
export interface RecordProcesses {
  readonly databaseUrl: string;
  readonly webhooks: { readonly url: URL; readonly credentials: typeof CREDENTIALS };
  startWorkers(): Promise<void>;
  stopWorkers(): Promise<void>;
  /** What runs now, by what it is. */
  running(): ReadonlyMap<string, FreewayProcess>;
  /** Of the intake, in Prometheus' format. */
  intakeMetrics(): Promise<string>;
  /** Stops them, the database last. */
  stop(): Promise<void>;
  /** Processes that did not end well. */
  readonly faults: readonly string[];
}

export async function startRecordProcesses(world: BenchWorld, database: RunningDatabase): Promise<RecordProcesses> {
  const { freeway, signal } = world;
  const faults: string[] = [];
  const running = new Map<string, FreewayProcess>([['PostgreSQL', database]]);

  async function start(name: string, args: readonly string[], portSetting: string, settings = {}): Promise<URL> {
    const url = new URL(`http://127.0.0.1:${await freePort()}`);
    const started = freeway.start(args, { [portSetting]: url.port, ...settings });
    running.set(name, started);
    await untilReady(started, url, signal);
    return url;
  }

  async function stop(name: string): Promise<void> {
    const code = await running.get(name)?.stop();
    if (code !== 0) faults.push(`${name} ended with ${code}`);
    running.delete(name);
  }

  const intake = await start('intake', ['intake'], 'INTAKE_PORT', {
    WEBHOOK_BASIC_AUTH_USERNAME: CREDENTIALS.username,
    WEBHOOK_BASIC_AUTH_PASSWORD: CREDENTIALS.password,
  });
  return {
    databaseUrl: database.url,
    webhooks: { url: new URL('/v1/webhooks/marqeta', intake), credentials: CREDENTIALS },
    async startWorkers() {
      await Promise.all(WORKERS.map((queue) => start(`${queue} worker`, ['worker', queue], 'OPERATIONS_PORT')));
    },
    async stopWorkers() {
      for (const queue of WORKERS) await stop(`${queue} worker`);
    },
    running: () => running,
    intakeMetrics: async () => (await fetch(new URL('/metrics', intake), { signal })).text(),
    async stop() {
      for (const name of [...running.keys()].toReversed()) await stop(name);
    },
    faults,
  };
}
