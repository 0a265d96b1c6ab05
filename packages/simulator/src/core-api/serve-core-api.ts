import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { timingSafeEqual } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { Platform } from '../lives/platform.ts';

/** How the API behaves for now: answers later, answers with an error instead, or does not show what is younger. */
export interface CoreApiMood {
  readonly lagMs?: number;
  /** Instead of every answer, e.g. 429 or 503 (PROTOCOL section 12.1). */
  readonly status?: number;
  /** Seconds to wait, told beside a 429. */
  readonly retryAfterS?: number;
  /** Transactions that do not show up yet: reading is not real time (PROTOCOL section 12.2 *Freshness*). */
  isHidden?(token: string): boolean;
}

export interface CoreApi {
  /** With its path: what an operator would set as the address of the API. */
  readonly url: string;
  behave(mood: CoreApiMood): void;
  /** Requests by path and answer, e.g. `GET /transactions 200`. */
  requests(): Readonly<Record<string, number>>;
  stop(): Promise<void>;
}

export interface CoreApiOptions {
  readonly platform: Pick<Platform, 'transaction' | 'related'>;
  readonly credentials: { readonly username: string; readonly password: string };
  readonly port?: number;
}

/** The platform's Core API as far as a gateway's operator reads it (PROTOCOL section 12): transactions and a ping. */
export async function serveCoreApi({ platform, credentials, port = 0 }: CoreApiOptions): Promise<CoreApi> {
  const basic = Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64');
  const expected = Buffer.from(`Basic ${basic}`);
  const counts: Record<string, number> = {};
  let mood: CoreApiMood = {};

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const now = mood;
    if (now.lagMs !== undefined) await delay(now.lagMs);
    const { pathname: path, searchParams: query } = new URL(request.url ?? '/', 'http://platform');
    const { status, body } = isAuthenticated(request.headers.authorization, expected)
      ? answer(platform, { method: request.method ?? '', path, query, mood: now })
      : failure(401, 'Not authenticated');
    const name = `${request.method} ${path.split('/').slice(0, 3).join('/').replace(BASE, '')} ${status}`;
    counts[name] = (counts[name] ?? 0) + 1;
    const retryAfter = status === 429 ? { 'retry-after': String(now.retryAfterS ?? 1) } : {};
    response.writeHead(status, { 'content-type': 'application/json', ...retryAfter });
    response.end(body);
  }

  const server = createServer((request, response) => void serve(request, response));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${BASE}`,
    behave: (next) => void (mood = next),
    requests: () => ({ ...counts }),
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const BASE = '/v3';

interface ApiAnswer {
  readonly status: number;
  readonly body: string;
}

interface ApiCall {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly mood: CoreApiMood;
}

function answer(platform: CoreApiOptions['platform'], { method, path, query, mood }: ApiCall): ApiAnswer {
  if (mood.status !== undefined) return failure(mood.status, 'As it was told to');
  if (!path.startsWith(`${BASE}/`)) return failure(404, 'No such path');
  const [resource, encoded = '', sub, ...rest] = path.slice(BASE.length + 1).split('/');
  if (method !== 'GET') return failure(405, 'Method not allowed');
  if (resource === 'ping' && encoded === '') return { status: 200, body: '{"success":true}' };
  if (resource !== 'transactions' || rest.length > 0) return failure(404, 'No such path');
  const token = decodeURIComponent(encoded);
  const transaction = mood.isHidden?.(token) === true ? undefined : platform.transaction(token);
  if (transaction === undefined) return failure(404, 'Transaction not found');
  if (sub === undefined) return { status: 200, body: transaction };
  return sub === 'related'
    ? { status: 200, body: page(platform, token, { query, mood }) }
    : failure(404, 'No such path');
}

/** PROTOCOL section 12.1 *Pagination*. */
function page(
  platform: CoreApiOptions['platform'],
  token: string,
  { query, mood }: Pick<ApiCall, 'query' | 'mood'>,
): string {
  const all = platform.related(token).filter((other) => mood.isHidden?.(other) !== true);
  const start = Number(query.get('start_index') ?? 0);
  const data = all.slice(start, start + Number(query.get('count') ?? 10));
  const ends = {
    count: data.length,
    start_index: start,
    end_index: start + Math.max(0, data.length - 1),
    is_more: start + data.length < all.length,
  };
  const texts = data.map((other) => platform.transaction(other));
  return `${JSON.stringify(ends).slice(0, -1)},"data":[${texts.join(',')}]}`;
}

function failure(status: number, message: string): ApiAnswer {
  return { status, body: JSON.stringify({ error_code: `${status}000`, error_message: message }) };
}

function isAuthenticated(header: string | undefined, expected: Buffer): boolean {
  const given = Buffer.from(header ?? '');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
