import type { TransactionLookup } from '@freeway/core';
import { Pool } from 'undici';
import { type CoreApiOptions, createGet, unlike } from './core-api-get.ts';
import { keyOf } from './record-links.ts';
import { listTexts, skipSpace } from './scan-json.ts';

export type { CoreApiOptions } from './core-api-get.ts';
export { checkSetUp, QUESTIONS } from './set-up/check-set-up.ts';
export type { SetUpCheck, SetUpExpected } from './set-up/set-up-check.ts';

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
