import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs, Fault, type TransactionLookup } from '@freeway/core';
import { Pool } from 'undici';
import { isObject, type WireObject } from './read-member.ts';
import { keyOf } from './record-links.ts';
import { listTexts, skipSpace } from './scan-json.ts';

export interface CoreApiOptions {
  /** With its path: `https://sandbox-api.marqeta.com/v3`. */
  readonly baseUrl: string;
  readonly applicationToken: string;
  readonly adminToken: string;
  /** Milliseconds for one attempt, from sending to the last byte. */
  readonly timeoutMs: number;
  /** Attempts of one request, the first included. */
  readonly attempts: number;
  readonly backoff: { readonly baseMs: number; readonly maxMs: number };
  /** Ends waits and requests when the process stops. */
  readonly signal: AbortSignal;
}

/** Marqeta's Core API as far as we read it (PROTOCOL 12). Nothing is ever written there. */
export interface CoreApi extends TransactionLookup {
  close(): Promise<void>;
}

/** The published default. */
const PAGE_SIZE = 10;
const MOST_PAGES = 100;
const DAY_MS = 86_400_000;

export function createCoreApi(options: CoreApiOptions): CoreApi {
  const { origin, pathname } = new URL(options.baseUrl);
  const pool = new Pool(origin, { connections: 4, pipelining: 1, connect: { timeout: options.timeoutMs } });
  const get = createGet(pool, options);
  const pathOf = (token: string) => `${pathname.replace(/\/+$/, '')}/transactions/${encodeURIComponent(token)}`;
  return {
    async transaction(token) {
      const found = await get(pathOf(token));
      if (found === undefined) return { status: 'not_found' };
      // Whatever answers 200 to anything is not the Core API (PROTOCOL 15, 20).
      if (keyOf(found.value['token']) !== token) throw unlike('another transaction than the one that was asked for');
      return { status: 'found', text: found.text };
    },
    async related(token, sinceMs) {
      const texts: string[] = [];
      for (let page = 0; page < MOST_PAGES; page += 1) {
        // Lists hide what was declined, and what is older than 30 days, unless told not to (PROTOCOL 12.2).
        const query = new URLSearchParams({
          count: String(PAGE_SIZE),
          start_index: String(texts.length),
          sort_by: 'created_time',
          state: 'ALL',
          start_date: dayOf(sinceMs),
          end_date: dayOf(Date.now() + DAY_MS),
        });
        const found = await get(`${pathOf(token)}/related?${query.toString()}`);
        if (found === undefined) return { status: 'not_found' };
        const data = listTexts(found.text, skipSpace(found.text, 0), 'data');
        if (data === undefined) throw unlike('a page without data');
        texts.push(...data);
        if (found.value['is_more'] !== true || data.length === 0) return { status: 'found', texts };
      }
      throw unlike('pages without end');
    },
    close: () => pool.destroy(),
  };
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

interface Found {
  readonly text: string;
  readonly value: WireObject;
}

/** What became of one attempt. */
type Attempt =
  | { readonly outcome: 'found'; readonly found: Found }
  | { readonly outcome: 'not_found' }
  /** Worth another attempt, after the wait that was asked for. */
  | { readonly outcome: 'failed'; readonly why: string; readonly waitMs?: number; readonly cause?: unknown };

/** Gets a JSON object; undefined for what does not exist. Whatever may pass is tried again; the rest is told at once. */
function createGet(pool: Pool, options: CoreApiOptions): (path: string) => Promise<Found | undefined> {
  const { applicationToken, adminToken, timeoutMs, attempts, backoff, signal } = options;
  const basic = Buffer.from(`${applicationToken}:${adminToken}`).toString('base64');
  const headers = { authorization: `Basic ${basic}`, accept: 'application/json' };

  async function attempt(path: string): Promise<Attempt> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    try {
      const response = await pool.request({ method: 'GET', path, headers, signal: limit });
      const retryAfter = response.headers['retry-after'];
      return read(response.statusCode, await response.body.text(), typeof retryAfter === 'string' ? retryAfter : '');
    } catch (cause) {
      if (cause instanceof Fault) throw cause;
      if (signal.aborted) throw stopped(cause);
      return { outcome: 'failed', why: limit.aborted ? `no answer within ${timeoutMs} ms` : 'no connection', cause };
    }
  }

  return async (path) => {
    for (let number = 1; ; number += 1) {
      const result = await attempt(path);
      if (result.outcome === 'found') return result.found;
      if (result.outcome === 'not_found') return undefined;
      const waitMs = result.waitMs ?? backoffMs(number, { ...backoff, random: Math.random });
      if (number >= attempts || (result.waitMs ?? 0) > LONGEST_WAIT_MS)
        throw new Fault('unavailable', `the Core API: ${result.why}, at attempt ${number}`, { cause: result.cause });
      await sleep(waitMs, undefined, { signal }).catch((cause: unknown) => {
        throw stopped(cause);
      });
    }
  };
}

/** A server that asks for more has to be asked another time, by whoever comes back then. */
const LONGEST_WAIT_MS = 30_000;

function read(status: number, text: string, retryAfter: string): Attempt {
  if (status === 429) return { outcome: 'failed', why: 'too many requests (429)', ...waitOf(retryAfter) };
  if (status >= 500) return { outcome: 'failed', why: `answered ${status}`, ...waitOf(retryAfter) };
  if (status === 401 || status === 403)
    throw new Fault('unavailable', `the Core API refuses the application token or the admin access token (${status})`);
  const value = parseObject(text);
  // Its errors are objects too: a page of some proxy, or of a wrong URL, must not read as "no such transaction".
  if (value === undefined) throw unlike(`${status} and no JSON object`);
  if (status === 404) return { outcome: 'not_found' };
  if (status !== 200) throw unlike(String(status));
  return { outcome: 'found', found: { text, value } };
}

function parseObject(text: string): WireObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Seconds, or a date (RFC 9110). */
function waitOf(retryAfter: string): { readonly waitMs?: number } {
  if (retryAfter === '') return {};
  const waitMs = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - Date.now();
  return Number.isNaN(waitMs) ? {} : { waitMs: Math.max(0, waitMs) };
}

function unlike(what: string): Fault {
  return new Fault('unavailable', `the Core API answered ${what}: is the base URL right?`);
}

function stopped(cause: unknown): Fault {
  return new Fault('unavailable', 'the look-up was stopped', { cause });
}
