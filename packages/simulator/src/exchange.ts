import { Pool } from 'undici';
import type { Answer } from './check-answer.ts';

/** What became of one request. */
export type Outcome =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'timed_out' }
  /** Refused, reset, or broken in the middle (PROTOCOL section 8 *connection error*). */
  | { readonly kind: 'connection_error'; readonly code: string };

/** Sends bodies to one URL over kept-alive connections. */
export interface Exchange {
  /** `headers`: what this body carries besides. */
  send(body: string, headers?: Readonly<Record<string, string>>): Promise<Outcome>;
  close(): Promise<void>;
}

export interface ExchangeOptions {
  readonly url: string;
  readonly credentials: { readonly username: string; readonly password: string };
  /** The funding source's custom headers (PROTOCOL section 2.1). */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The platform's patience, from sending to the last byte of the answer. */
  readonly timeoutMs: number;
}

/** More than are ever in flight at demo rates: an open loop must not wait for connections. */
const CONNECTIONS_MAX = 512;

export function createExchange({ url, credentials, headers, timeoutMs }: ExchangeOptions): Exchange {
  const { origin, pathname, search } = new URL(url);
  const pool = new Pool(origin, { connections: CONNECTIONS_MAX, pipelining: 1, connect: { timeout: timeoutMs } });
  const basic = Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64');
  const allHeaders = { ...headers, authorization: `Basic ${basic}`, 'content-type': 'application/json' };
  return {
    async send(body, more) {
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        const response = await pool.request({
          method: 'POST',
          path: pathname + search,
          headers: more === undefined ? allHeaders : { ...allHeaders, ...more },
          body,
          signal,
        });
        return { kind: 'answered', answer: { status: response.statusCode, body: await response.body.text() } };
      } catch (error) {
        if (signal.aborted) return { kind: 'timed_out' };
        const { code } = error as { readonly code?: unknown };
        if (code === 'UND_ERR_CONNECT_TIMEOUT') return { kind: 'timed_out' };
        return { kind: 'connection_error', code: typeof code === 'string' ? code : 'UNKNOWN' };
      }
    },
    close: () => pool.destroy(),
  };
}
