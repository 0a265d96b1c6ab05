import { afterAll, beforeAll, expect, test } from 'vitest';
import { basicAuthorization } from '../../../src/authorizations/references/basic-authorization.ts';
import { NULL_ANSWER } from '../../../src/authorizations/references/null-server.ts';
import { type Reference, startReference } from '../../../src/authorizations/references/start-reference.ts';

const CREDENTIALS = { username: 'bench', password: 'Bench-only-password-1' };
let server: Reference;
const start = (settings: Record<string, string> = {}) =>
  startReference({
    name: 'null server',
    credentials: CREDENTIALS,
    settings,
    nodeFlags: [],
    signal: AbortSignal.timeout(30_000),
  });

beforeAll(async () => void (server = await start()));
afterAll(async () => {
  expect(server.isRunning()).toBe(true);
  expect(await server.stop()).toBe(0);
  expect(server.isRunning()).toBe(false);
});

const post = (body: string, authorization = basicAuthorization(CREDENTIALS)) =>
  fetch(server.url, { method: 'POST', body, headers: { authorization, 'content-type': 'application/json' } });

test('whatever it is asked, it answers one body, as a process of its own', async () => {
  expect(server.pid).not.toBe(process.pid);
  for (const body of ['{"token":1}', 'no JSON at all', 'x'.repeat(3000)]) {
    const response = await post(body);
    expect([response.status, await response.text()]).toEqual([200, NULL_ANSWER]);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('content-length')).toBe(String(NULL_ANSWER.length));
  }
});

test('other credentials are refused', async () => {
  expect((await post('{}', 'Basic bm86bm8=')).status).toBe(401);
});

test('what it says when it cannot start is said by the bench', async () => {
  await expect(start({ NODE_OPTIONS: '--no-such-flag' })).rejects.toThrow(
    /null server does not start:[\s\S]*no-such-flag/,
  );
});
