import { readRefusal, strangersPurchase } from '@freeway/simulator';
import { randomUUID } from 'node:crypto';
import { askUrl, type Asked, type Reply, type TlsMaterial } from './ask-url.ts';
import { type Check, fails, passed } from './check.ts';

/** What a caller must present, as Marqeta does. */
export interface Presented {
  readonly username: string;
  readonly password: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface CheckedGateway {
  readonly url: string;
  readonly presented: Presented;
  readonly tls: TlsMaterial;
  /** MARQETA_TIMEOUT_MS */
  readonly timeoutMs: number;
  readonly bodyLimitBytes: number;
}

/** Whatever is no authorization has time. */
export const UNHURRIED_MS = 10_000;

/** Asks the gateway as Marqeta would, and as a stranger would. One decline of a card of nobody is stored by it. */
export async function checkGateway(gateway: CheckedGateway): Promise<readonly Check[]> {
  const { url, presented, tls, timeoutMs, bodyLimitBytes } = gateway;
  const ask = (body: string, by: Presented, withinMs = UNHURRIED_MS) => askUrl(url, post(body, by, withinMs, tls));
  return [
    await unknownCard(ask, presented, timeoutMs),
    await wrongPassword((by) => ask('{}', by), presented),
    ...(await wrongHeader((by) => ask('{}', by), presented)),
    tooLarge(await ask(' '.repeat(bodyLimitBytes + 1), presented), 'BODY_LIMIT_BYTES'),
  ];
}

async function unknownCard(
  ask: (body: string, by: Presented, withinMs: number) => Promise<Reply>,
  presented: Presented,
  timeoutMs: number,
): Promise<Check> {
  const name = 'unknown card';
  const token = `go-live-${randomUUID()}`.slice(0, 36);
  const reply = await ask(strangersPurchase(token), presented, timeoutMs);
  if (reply.kind === 'silent') return fails(name, reply.why, 'look at the proxy, the gateway and its /ready');
  const refusal = readRefusal(reply.status, reply.body, token);
  return refusal.ok
    ? passed(name, `402 ${refusal.reason} in ${reply.tookMs} ms`)
    : fails(name, refusal.fault, adviceFor(reply.status));
}

function adviceFor(status: number): string {
  if (status === 401) return 'the gateway has another user or password (JIT_BASIC_AUTH_*, JIT_HEADER_*)';
  if (status === 503) return 'the ledger does not answer: look at /health of the gateway';
  if (status === 404 || status === 405) return 'let the proxy pass POST /v1/jit to the gateway';
  return 'somebody else answers at this URL, or changes the answer on its way';
}

/** 401 to one letter more of a password: nobody may be let in by the name alone. */
export async function wrongPassword(ask: (by: Presented) => Promise<Reply>, presented: Presented): Promise<Check> {
  const reply = await ask({ ...presented, password: `${presented.password}x` });
  return refusedWith(401, 'wrong password', reply, 'anybody may ask: look who answers at this URL');
}

/** The same of the custom header, where one is asked for. */
export async function wrongHeader(ask: (by: Presented) => Promise<Reply>, presented: Presented): Promise<Check[]> {
  if (Object.keys(presented.headers).length === 0) return [];
  const reply = await ask({ ...presented, headers: {} });
  return [
    refusedWith(401, 'missing custom header', reply, 'the header is not asked for: look who answers at this URL'),
  ];
}

export function tooLarge(reply: Reply, setting: string): Check {
  return refusedWith(413, 'body over the limit', reply, `let neither the proxy nor ${setting} take more`);
}

export function refusedWith(status: number, name: string, reply: Reply, advice: string): Check {
  if (reply.kind === 'silent') return fails(name, reply.why, 'it must be answered');
  return reply.status === status ? passed(name, String(status)) : fails(name, `${reply.status}, not ${status}`, advice);
}

export function post(body: string, by: Presented, timeoutMs: number, tls: TlsMaterial): Asked {
  const authorization = `Basic ${Buffer.from(`${by.username}:${by.password}`).toString('base64')}`;
  const headers = { 'content-type': 'application/json', ...by.headers, authorization };
  return { method: 'POST', headers, body, timeoutMs, tls };
}

/** What operators read must not be read from outside: it is asked without credentials. */
export async function checkHidden(url: string, tls: TlsMaterial): Promise<readonly Check[]> {
  const checks: Check[] = [];
  for (const path of ['/metrics', '/profile']) {
    const reply = await askUrl(new URL(path, url).href, { method: 'GET', timeoutMs: UNHURRIED_MS, tls });
    const isOpen = reply.kind === 'answered' && reply.status < 400;
    checks.push(
      isOpen
        ? fails(
            path,
            `${reply.status}: anybody can read it`,
            'let the proxy pass /v1/jit and /v1/webhooks/marqeta alone',
          )
        : passed(path, `not there (${reply.kind === 'silent' ? reply.why : reply.status})`),
    );
  }
  return checks;
}
