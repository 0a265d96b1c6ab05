import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Fault } from '@freeway/core';
import { afterEach, describe, expect, test } from 'vitest';
import { type CoreApi, type CoreApiOptions, createCoreApi } from '../src/core-api.ts';

type Handler = (request: IncomingMessage, response: ServerResponse, number: number) => void;

interface Rig {
  readonly api: CoreApi;
  /** Path and query of each request, in order. */
  readonly paths: string[];
  readonly headers: IncomingMessage['headers'][];
}

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

async function rig(handle: Handler, options: Partial<CoreApiOptions> = {}): Promise<Rig> {
  const paths: string[] = [];
  const headers: IncomingMessage['headers'][] = [];
  const server = createServer((request, response) => {
    paths.push(request.url ?? '');
    headers.push(request.headers);
    handle(request, response, paths.length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const api = createCoreApi({
    baseUrl: `http://127.0.0.1:${port}/v3/`,
    applicationToken: 'application-1',
    adminToken: 'admin-secret-1',
    timeoutMs: 5000,
    attempts: 3,
    backoff: { baseMs: 1, maxMs: 2 },
    signal: new AbortController().signal,
    ...options,
  });
  closers.push(async () => {
    await api.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { api, paths, headers };
}

function answer(status: number, body: string, headers: Record<string, string> = {}): Handler {
  return (_, response) => response.writeHead(status, headers).end(body);
}

const NOT_FOUND = answer(404, '{"error_code":"404001","error_message":"Transaction not found"}');

async function faultOf(promise: Promise<unknown>): Promise<Fault> {
  const error: unknown = await promise.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!(error instanceof Fault)) throw new Error('expected a Fault', { cause: error });
  expect(error.code).toBe('unavailable');
  return error;
}

describe('one transaction', () => {
  test('comes exactly as it was sent, asked for with both tokens', async () => {
    const text = '{ "token":"t/1 ü", "amount": 0.10000000000000000001 }';
    const { api, paths, headers } = await rig(answer(200, text));
    expect(await api.transaction('t/1 ü')).toEqual({ status: 'found', text });
    expect(paths).toEqual(['/v3/transactions/t%2F1%20%C3%BC']);
    const basic = `Basic ${Buffer.from('application-1:admin-secret-1').toString('base64')}`;
    expect(headers[0]).toMatchObject({ authorization: basic, accept: 'application/json' });
  });

  test('that does not exist is not found, at once', async () => {
    const { api, paths } = await rig(NOT_FOUND);
    expect(await api.transaction('t-1')).toEqual({ status: 'not_found' });
    expect(paths).toHaveLength(1);
  });

  test.each([
    ['a page of a proxy', 404, '<html>not here</html>'],
    ['an empty 404', 404, ''],
    ['a page with 200', 200, '<html>welcome</html>'],
    ['another transaction', 200, '{"token":"t-2"}'],
    ['no transaction', 200, '{}'],
    ['a list', 200, '[]'],
    ['a redirection', 302, '{}'],
    ['a bad request', 400, '{"error_code":"400001"}'],
  ])('%s is neither found nor missing', async (_, status, body) => {
    const { api, paths } = await rig(answer(status, body));
    expect((await faultOf(api.transaction('t-1'))).message).toMatch(/base URL/);
    expect(paths).toHaveLength(1);
  });

  test.each([401, 403])('credentials that are refused (%i) are said so, once, and not shown', async (status) => {
    const { api, paths } = await rig(answer(status, '{"error_code":"401001"}'));
    const fault = await faultOf(api.transaction('t-1'));
    expect(fault.message).toMatch(/refuses the application token or the admin access token/);
    expect(JSON.stringify([fault.message, fault.stack, fault.cause])).not.toMatch(/admin-secret-1|application-1/);
    expect(paths).toHaveLength(1);
  });
});

describe('what may pass is tried again', () => {
  test.each([429, 500, 502, 503, 504])('%i', async (status) => {
    const { api, paths } = await rig((request, response, number) =>
      number < 3 ? answer(status, '')(request, response, number) : NOT_FOUND(request, response, number),
    );
    expect(await api.transaction('t-1')).toEqual({ status: 'not_found' });
    expect(paths).toHaveLength(3);
  });

  test('so are broken connections', async () => {
    const { api, paths } = await rig((request, response, number) =>
      number === 1 ? request.socket.destroy() : NOT_FOUND(request, response, number),
    );
    expect(await api.transaction('t-1')).toEqual({ status: 'not_found' });
    expect(paths).toHaveLength(2);
  });

  test('but not for ever', async () => {
    const { api, paths } = await rig(answer(503, ''));
    expect((await faultOf(api.transaction('t-1'))).message).toMatch(/answered 503, at attempt 3/);
    expect(paths).toHaveLength(3);
  });

  test('a server that does not answer is given up', async () => {
    const { api, paths } = await rig(() => {}, { timeoutMs: 20, attempts: 2 });
    expect((await faultOf(api.transaction('t-1'))).message).toMatch(/no answer within 20 ms, at attempt 2/);
    expect(paths).toHaveLength(2);
  });

  test('the wait that is asked for is kept; one that is too long is left to another time', async () => {
    const soon = await rig((request, response, number) =>
      number === 1
        ? answer(429, '', { 'retry-after': '0' })(request, response, number)
        : NOT_FOUND(request, response, number),
    );
    expect(await soon.api.transaction('t-1')).toEqual({ status: 'not_found' });
    for (const after of ['3600', 'Fri, 31 Dec 2999 23:59:59 GMT']) {
      const late = await rig(answer(429, '', { 'retry-after': after }));
      expect((await faultOf(late.api.transaction('t-1'))).message).toMatch(/429.*at attempt 1/);
      expect(late.paths).toHaveLength(1);
    }
  });

  test('a process that stops waits for nothing', async () => {
    const stop = new AbortController();
    const asleep = await rig(answer(503, ''), { backoff: { baseMs: 1e6, maxMs: 1e6 }, signal: stop.signal });
    const asking = await rig(() => stop.abort(), { signal: stop.signal });
    const sleeping = faultOf(asleep.api.transaction('t-1'));
    while (asleep.paths.length === 0) await new Promise(setImmediate);
    expect((await faultOf(asking.api.transaction('t-1'))).message).toBe('the look-up was stopped');
    expect((await sleeping).message).toBe('the look-up was stopped');
  });
});

describe('related transactions', () => {
  const SINCE_MS = Date.UTC(2026, 2, 4, 23);

  test('page by page, in every state, from the day on', async () => {
    const pages = [
      '{"count":2,"start_index":0,"end_index":1,"is_more":true,"data":[{"token":"a","amount":1.0}, {"token":"b"}]}',
      '{"count":1,"start_index":2,"end_index":2,"is_more":false,"data":[ {"token":"c"} ]}',
    ];
    const { api, paths } = await rig((request, response, number) =>
      answer(200, pages[number - 1] ?? '')(request, response, number),
    );
    expect(await api.related('t-1', SINCE_MS)).toEqual({
      status: 'found',
      texts: ['{"token":"a","amount":1.0}', '{"token":"b"}', '{"token":"c"}'],
    });
    const urls = paths.map((path) => new URL(path, 'http://x'));
    for (const url of urls) {
      expect(url.pathname).toBe('/v3/transactions/t-1/related');
      expect(url.searchParams.get('state')).toBe('ALL');
      expect(url.searchParams.get('start_date')).toBe('2026-03-04');
      expect(Date.parse(url.searchParams.get('end_date') ?? '')).toBeGreaterThan(Date.now());
    }
    expect(urls.map((url) => url.searchParams.get('start_index'))).toEqual(['0', '2']);
  });

  test('none, not found, and what is no page', async () => {
    const none = await rig(answer(200, '{"count":0,"is_more":false,"data":[]}'));
    expect(await none.api.related('t-1', SINCE_MS)).toEqual({ status: 'found', texts: [] });
    const missing = await rig(NOT_FOUND);
    expect(await missing.api.related('t-1', SINCE_MS)).toEqual({ status: 'not_found' });
    const other = await rig(answer(200, '{"data":{}}'));
    expect((await faultOf(other.api.related('t-1', SINCE_MS))).message).toMatch(/page without data/);
  });

  test('a server that has always more is stopped', async () => {
    const { api, paths } = await rig(answer(200, '{"is_more":true,"data":[{"token":"a"}]}'));
    expect((await faultOf(api.related('t-1', SINCE_MS))).message).toMatch(/pages without end/);
    expect(paths).toHaveLength(100);
  });

  test('a page of nothing is the last, whatever it says', async () => {
    const { api, paths } = await rig(answer(200, '{"is_more":true,"data":[]}'));
    expect(await api.related('t-1', SINCE_MS)).toEqual({ status: 'found', texts: [] });
    expect(paths).toHaveLength(1);
  });
});
