import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@freeway/postgres/free-port';
import { type Child, startChild, untilAnswered } from './child.ts';
import { MONGODB_URI, RABBITMQ_URL, REDIS_URL } from './servers.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const MAIN = join(ROOT, 'packages/cli/src/main.ts');

const PROCESSES = [
  { name: 'gateway', args: ['gateway'], port: 'PORT' },
  { name: 'intake', args: ['intake'], port: 'INTAKE_PORT' },
  { name: 'relay', args: ['relay'], port: 'OPERATIONS_PORT' },
  { name: 'worker-jit-funding', args: ['worker', 'jit-funding-queue'], port: 'OPERATIONS_PORT' },
  { name: 'worker-webhook', args: ['worker', 'webhook-queue'], port: 'OPERATIONS_PORT' },
  { name: 'worker-transaction', args: ['worker', 'transaction-processing-queue'], port: 'OPERATIONS_PORT' },
  { name: 'sweeper', args: ['sweeper'], port: 'OPERATIONS_PORT' },
] as const;

export type ProcessName = (typeof PROCESSES)[number]['name'];

export interface FreewayUnderTest {
  /** `127.0.0.1:port` of each process. */
  readonly addresses: Readonly<Record<ProcessName, string>>;
  /** The metrics page of each. */
  pages(): Promise<readonly string[]>;
  /** Plays Marqeta against it until all is stopped. */
  play(): Promise<Child>;
  stop(): Promise<void>;
}

/** Every process of its own, over the test servers, as an operator starts them. */
export async function startFreeway(folder: string, databaseUrl: string): Promise<FreewayUnderTest> {
  const env = environment(folder, databaseUrl);
  const running: Child[] = [];
  const start = (name: string, args: readonly string[], settings: Readonly<Record<string, string>> = {}): Child => {
    const child = startChild(name, process.execPath, [MAIN, ...args], { env: { ...env, ...settings }, cwd: folder });
    running.push(child);
    return child;
  };
  await start('migrate', ['migrate']).ended();
  const addresses = {} as Record<ProcessName, string>;
  await Promise.all(
    PROCESSES.map(async ({ name, args, port }) => {
      const number = await freePort();
      addresses[name] = `127.0.0.1:${number}`;
      await untilAnswered(start(name, args, { [port]: String(number) }), `http://${addresses[name]}/ready`);
    }),
  );
  return {
    addresses,
    pages: () => Promise.all(Object.values(addresses).map(async (at) => (await fetch(`http://${at}/metrics`)).text())),
    async play() {
      const targets = ['--gateway', `http://${addresses.gateway}/v1/jit`];
      targets.push('--intake', `http://${addresses.intake}/v1/webhooks/marqeta`);
      return start('demo', ['demo', ...targets, '--rate', '10', '--users', '100']);
    },
    async stop() {
      // Last in, first out: the player before what it plays against.
      for (const child of running.toReversed().slice(0, 1)) await child.stop();
      await Promise.all(running.map((child) => child.stop()));
    },
  };
}

function environment(folder: string, databaseUrl: string): NodeJS.ProcessEnv {
  const data = join(folder, 'data');
  mkdirSync(data);
  const own = randomBytes(4).toString('hex');
  const { PATH, HOME } = process.env;
  return {
    PATH,
    HOME,
    NODE_COMPILE_CACHE: join(ROOT, '.freeway/compile-cache'),
    DATA_FOLDER: data,
    DATABASE_URL: databaseUrl,
    REDIS_URL: REDIS_URL === '' ? undefined : new URL('/13', REDIS_URL).href,
    RABBITMQ_URL,
    QUEUE_PREFIX: `monitoring-${own}-`,
    MONGODB_URI: MONGODB_URI === '' ? undefined : withDatabase(MONGODB_URI, `monitoring_${own}`),
    JIT_BASIC_AUTH_USERNAME: 'monitoring',
    JIT_BASIC_AUTH_PASSWORD: 'Twenty-characters-or-more',
    WEBHOOK_BASIC_AUTH_USERNAME: 'monitoring',
    WEBHOOK_BASIC_AUTH_PASSWORD: 'Twenty-characters-or-more',
    ORIGINAL_CREDITS: 'true',
    ORIGINAL_CREDIT_MAX: '1000000',
    POSTGRES_POOL_MAX: '5',
    SWEEP_BOOKS_EVERY_MS: '500',
    SWEEP_DOUBT_EVERY_MS: '500',
    SWEEP_EXPIRY_EVERY_MS: '500',
  };
}

function withDatabase(uri: string, name: string): string {
  const url = new URL(uri);
  url.pathname = `/${name}`;
  return url.href;
}
