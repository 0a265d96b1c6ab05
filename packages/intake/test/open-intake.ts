import { createLifecycle, createLogger, type Environment, readSettings } from '@freeway/runtime';
import { startIntake } from '../src/index.ts';

export const USERNAME = 'platform';
export const PASSWORD = 'Quay-Lane-7-is-closed-on-Sundays';

export const basic = (username: string, password: string) =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

export const AUTHORIZATION = basic(USERNAME, PASSWORD);

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface Send {
  readonly method?: string;
  readonly path?: string;
  /** Beside those of a good request, or in their place. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TestIntake {
  readonly url: string;
  /** Everything logged so far. */
  log(): string;
  /** Posts a webhook with good credentials. */
  post(body: string | Uint8Array<ArrayBuffer>, send?: Send): Promise<Answer>;
  /** The value of one series of /metrics, by how it begins. */
  metric(series: string): Promise<number>;
  stop(): Promise<boolean>;
}

/** Settings of an intake under test. Times are far above what anything takes, unless a test is about time. */
export const settingsFor = (env: Environment): Environment => ({
  INTAKE_PORT: '0',
  WEBHOOK_BASIC_AUTH_USERNAME: USERNAME,
  WEBHOOK_BASIC_AUTH_PASSWORD: PASSWORD,
  POSTGRES_POOL_MAX: '5',
  ...env,
});

/** An intake in this process, on a port of its own. */
export async function openIntake(env: Environment): Promise<TestIntake> {
  const read = readSettings('intake', settingsFor(env));
  if (!read.ok) throw new Error(read.faults.join('; '));
  const { settings } = read;
  const written: string[] = [];
  const destination = { write: (line: string) => void written.push(line) };
  const logger = createLogger({ process: 'intake', level: 'trace', destination });
  const lifecycle = createLifecycle({ logger, stopTimeoutMs: 20_000, ownsProcess: false });
  let url = '';
  await lifecycle.run(async () => {
    ({ url } = await startIntake({ settings, databaseUrl: settings.DATABASE_URL ?? '', logger, lifecycle }));
  });
  return {
    url,
    log: () => written.join(''),
    post: (body, send) => postWebhook(url, body, send),
    metric: (series) => readMetric(url, series),
    stop: () => lifecycle.stop(),
  };
}

/** Posts to an intake, wherever it runs. A connection of its own: nothing is lost to one that closes while idle. */
export async function postWebhook(
  url: string,
  body: string | Uint8Array<ArrayBuffer>,
  { method = 'POST', path = '/v1/webhooks/marqeta', headers = {} }: Send = {},
): Promise<Answer> {
  const all = { authorization: AUTHORIZATION, 'content-type': 'application/json', connection: 'close', ...headers };
  const isBodiless = method === 'GET' || method === 'HEAD';
  const response = await fetch(`${url}${path}`, { method, headers: all, ...(isBodiless ? {} : { body }) });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

export async function readMetric(url: string, series: string): Promise<number> {
  const page = await (await fetch(`${url}/metrics`)).text();
  const line = page.split('\n').find((each) => each.startsWith(series));
  if (line === undefined) throw new Error(`no series ${series}`);
  return Number(line.slice(line.lastIndexOf(' ')));
}
