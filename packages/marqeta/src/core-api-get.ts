import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs, Fault } from '@freeway/core';
import type { Pool } from 'undici';
import { isObject, type WireObject } from './read-member.ts';

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

export interface Found {
  readonly text: string;
  readonly value: WireObject;
}

/** What became of one attempt. */
type Attempt =
  | { readonly outcome: 'found'; readonly found: Found }
  | { readonly outcome: 'not_found' }
  /** Worth another attempt, after the wait that was asked for. */
  | { readonly outcome: 'failed'; readonly why: string; readonly waitMs?: number; readonly cause?: unknown };

export type Get = (path: string) => Promise<Found | undefined>;

/** Gets a JSON object; undefined for what does not exist. Whatever may pass is tried again; the rest is told at once. */
export function createGet(pool: Pool, options: CoreApiOptions): Get {
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

export function unlike(what: string): Fault {
  return new Fault('unavailable', `the Core API answered ${what}: is the base URL right?`);
}

function stopped(cause: unknown): Fault {
  return new Fault('unavailable', 'the look-up was stopped', { cause });
}
