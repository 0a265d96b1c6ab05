import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { concludeAsked } from '../src/lives/conclude.ts';
import { createPlatform, type Platform } from '../src/lives/platform.ts';
import { createRandom } from '../src/random.ts';
import { DEFAULT_CONDUCT } from '../src/lives/conduct.ts';
import { serveCoreApi, type CoreApi } from '../src/index.ts';
import { message } from './fixture.ts';

const credentials = { username: 'application', password: 'admin' };
const first = message({ transactionToken: 'first/1' });
const told: string[] = [];
let platform: Platform;
let api: CoreApi;

beforeEach(async () => {
  told.length = 0;
  platform = createPlatform({ send: ({ text }) => void told.push(text) });
  const terms = { conduct: DEFAULT_CONDUCT, random: createRandom('api'), mayStandIn: false };
  const answer = { status: 402, body: '{}' };
  platform.conclude(concludeAsked(first, { durationMs: 3, timedOut: false, answer }, terms));
  platform.followUp('clearing', first, { amountMinor: 10_00n });
  api = await serveCoreApi({ platform, credentials });
});
afterEach(() => api.stop());

const AUTHORIZATION = `Basic ${Buffer.from('application:admin').toString('base64')}`;

async function get(path: string, authorization = AUTHORIZATION, method = 'GET') {
  const response = await fetch(`${api.url}${path}`, { method, headers: { authorization } });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

describe('the Core API', () => {
  it('shows a transaction as its webhook told it', async () => {
    const { status, text } = await get(`/transactions/${encodeURIComponent('first/1')}`);
    expect(status).toBe(200);
    expect(text).toBe(told[0]);
  });

  it('shows what belongs to it', async () => {
    const { text } = await get(`/transactions/${encodeURIComponent('first/1')}/related`);
    expect(JSON.parse(text)).toEqual({
      count: 1,
      start_index: 0,
      end_index: 0,
      is_more: false,
      data: [JSON.parse(told[1]!)],
    });
  });

  it('shows it a page at a time', async () => {
    for (let i = 0; i < 11; i++) platform.followUp('clearing', first, { amountMinor: 1_00n });
    const path = `/transactions/${encodeURIComponent('first/1')}/related`;
    const pages = [await get(path), await get(`${path}?count=10&start_index=10`)].map(({ text }) => JSON.parse(text));
    expect(pages.map(({ count, is_more }) => [count, is_more])).toEqual([
      [10, true],
      [2, false],
    ]);
    expect(new Set(pages.flatMap(({ data }) => data.map(({ token }: { token: string }) => token))).size).toBe(12);
  });

  it('answers a ping', async () => {
    expect(await get('/ping')).toMatchObject({ status: 200, text: '{"success":true}' });
  });

  it.each([
    ['/transactions/unknown', 404],
    ['/transactions/unknown/related', 404],
    ['/transactions', 404],
    ['/transactions/first%2F1/other', 404],
    ['/cards', 404],
  ])('knows no %s', async (path, status) => {
    const found = await get(path);
    expect(found.status).toBe(status);
    expect(JSON.parse(found.text)).toMatchObject({ error_code: '404000' });
  });

  it('lets nobody in without its credentials, and only to read', async () => {
    expect((await get('/ping', 'Basic wrong')).status).toBe(401);
    expect((await get('/ping', AUTHORIZATION, 'POST')).status).toBe(405);
  });

  it('behaves as it is told: errors, too many requests, records that do not show yet', async () => {
    api.behave({ status: 503 });
    expect((await get('/ping')).status).toBe(503);
    api.behave({ status: 429, retryAfterS: 7 });
    const { status, headers } = await get('/ping');
    expect([status, headers.get('retry-after')]).toEqual([429, '7']);
    api.behave({ isHidden: (token) => token === 'first/1', lagMs: 1 });
    expect((await get(`/transactions/${encodeURIComponent('first/1')}`)).status).toBe(404);
    api.behave({});
    expect((await get(`/transactions/${encodeURIComponent('first/1')}`)).status).toBe(200);
    expect(api.requests()).toMatchObject({ 'GET /ping 503': 1, 'GET /ping 429': 1, 'GET /transactions 404': 1 });
  });
});
