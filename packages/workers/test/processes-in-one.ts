import { startGateway } from '@freeway/gateway';
import { startIntake } from '@freeway/intake';
import {
  createLifecycle,
  createLogger,
  type Environment,
  type Lifecycle,
  type ProcessName,
  readSettings,
} from '@freeway/runtime';
import { startJitFundingProcess } from '../src/jit-funding/start-jit-funding-worker.ts';
import { startRelayProcess } from '../src/relay/start-relay.ts';
import { startTransactionProcess } from '../src/transaction/start-transaction-worker.ts';
import { startWebhookProcess } from '../src/webhook/start-webhook-worker.ts';

export const CREDENTIALS = { username: 'marqeta', password: 'twenty-characters-or-more' } as const;

/** What every process needs of the environment, on any free port. */
export function baseEnvironment(databaseUrl: string): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    JIT_BASIC_AUTH_USERNAME: CREDENTIALS.username,
    JIT_BASIC_AUTH_PASSWORD: CREDENTIALS.password,
    WEBHOOK_BASIC_AUTH_USERNAME: CREDENTIALS.username,
    WEBHOOK_BASIC_AUTH_PASSWORD: CREDENTIALS.password,
    PORT: '0',
    INTAKE_PORT: '0',
    POSTGRES_POOL_MAX: '5',
    OUTBOX_POLL_MS: '5',
  };
}

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface Processes {
  readonly lifecycle: Lifecycle;
  readonly log: readonly LogLine[];
  gateway(): ReturnType<typeof startGateway>;
  intake(): ReturnType<typeof startIntake>;
  relay(): ReturnType<typeof startRelayProcess>;
  worker(): ReturnType<typeof startJitFundingProcess>;
  webhookWorker(): ReturnType<typeof startWebhookProcess>;
  transactionWorker(): ReturnType<typeof startTransactionProcess>;
}

/** Gateway, relay and worker as `freeway dev` has them: in this process, under one lifecycle. */
export function processesInOne(env: Environment): Processes {
  const log: LogLine[] = [];
  const destination = { write: (line: string) => void log.push(JSON.parse(line)) };
  const logger = createLogger({ process: 'test', destination });
  const lifecycle = createLifecycle({ logger, stopTimeoutMs: 10_000, ownsProcess: false });
  const common = { databaseUrl: env['DATABASE_URL'] ?? '', logger, lifecycle };
  return {
    lifecycle,
    log,
    gateway: () => startGateway({ settings: settingsOf('gateway', env), ...common }),
    intake: () => startIntake({ settings: settingsOf('intake', env), ...common }),
    relay: () => startRelayProcess({ settings: settingsOf('relay', env), ...common }),
    worker: () => startJitFundingProcess({ settings: settingsOf('worker', env), ...common }),
    webhookWorker: () => startWebhookProcess({ settings: settingsOf('worker', env), ...common }),
    transactionWorker: () => startTransactionProcess({ settings: settingsOf('worker', env), ...common }),
  };
}

function settingsOf<P extends ProcessName>(name: P, env: Environment) {
  const result = readSettings(name, env);
  if (!result.ok) throw new Error(result.faults.join('\n'));
  return result.settings;
}

/** Asks a gateway by HTTP. A connection of its own for each request: nothing is lost to one that closes while idle. */
export function askByHttp(url: string, body: string): Promise<{ status: number; body: string }> {
  return post(`${url}/v1/jit`, body);
}

/** Tells intake, as Marqeta does. */
export function sendWebhook(url: string, body: string): Promise<{ status: number; body: string }> {
  return post(`${url}/v1/webhooks/marqeta`, body);
}

async function post(url: string, body: string): Promise<{ status: number; body: string }> {
  const authorization = `Basic ${btoa(`${CREDENTIALS.username}:${CREDENTIALS.password}`)}`;
  const headers = { authorization, 'content-type': 'application/json', connection: 'close' };
  const response = await fetch(url, { method: 'POST', headers, body });
  return { status: response.status, body: await response.text() };
}
