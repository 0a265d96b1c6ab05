// "Bad input", before a decision is possible: 400, 404, 405 and 413 as problem bodies (RFC 9457), nothing decided.
import { connect } from 'node:net';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exchange } from './http-client.ts';
import { jitRequest } from './message.ts';
import { AUTHORIZATION, type Customer, openWorld, type TestGateway, type World } from './open-world.ts';

const PROBLEM = expect.stringMatching(/^application\/problem\+json/);

const serverUrl = process.env['TEST_DATABASE_URL'];

describe.skipIf(serverUrl === undefined)('no decision is possible', () => {
  let world: World;
  let gateway: TestGateway;
  let customer: Customer;
  beforeAll(async () => {
    world = await openWorld(serverUrl ?? '');
    gateway = await world.gateway({ BODY_LIMIT_BYTES: '200000' });
    customer = await world.customer('known');
  });
  afterAll(() => world.close());

  const nothingDecided = async () => expect(await world.sql`select 1 from decisions`).toEqual([]);
  /** The good message, changed as text. */
  const good = (ask = {}) => jitRequest({ ...customer, jit: 'the-jit', amount: '12.34', ...ask });
  const changed = (from: string, to: string) => {
    const body = good();
    expect(body).toContain(from);
    return body.replaceAll(from, to);
  };

  const MALFORMED: readonly (readonly [string, () => string | Uint8Array, string])[] = [
    ['an empty body', () => '', 'not-json'],
    ['a word', () => 'approve', 'not-json'],
    ['a form', () => 'token=1&amount=2', 'not-json'],
    ['JSON that is cut off', () => good().slice(0, -1), 'not-json'],
    ['JSON and more', () => `${good()}{}`, 'not-json'],
    ['bytes that are no text', () => Uint8Array.of(0, 255, 254, 1), 'not-json'],
    ['UTF-16', () => Buffer.from(good(), 'utf16le'), 'not-json'],
    ['a NUL behind the message', () => `${good()}\u0000`, 'not-json'],
    ['a control character in a text', () => changed('HARBOUR', 'HAR\u0001BOUR'), 'not-json'],
    ['100,000 open brackets', () => '['.repeat(100_000), 'not-json'],
    ['null', () => 'null', 'no-funding'],
    ['a number', () => '12.34', 'no-funding'],
    ['a list of messages', () => `[${good()}]`, 'no-funding'],
    ['an empty object', () => '{}', 'no-funding'],
    ['a list of transactions', () => `{"transactions":[${good()}]}`, 'no-funding'],
    ['jit_funding at the top', () => '{"jit_funding":{"token":"a","method":"b","amount":1}}', 'no-funding'],
    ['an order without jit_funding', () => changed('"jit_funding"', '"jit"'), 'no-funding'],
    ['jit_funding that is a text', () => '{"gpa_order":{"jit_funding":"x"}}', 'no-funding'],
    ['no token', () => changed('"token":"the-jit",', ''), 'no-token'],
    ['a blank token', () => changed('"the-jit"', '"  "'), 'no-token'],
    ['a token that is null', () => changed('"the-jit"', 'null'), 'no-token'],
    ['a token that is an object', () => changed('"the-jit"', '{"a":1}'), 'no-token'],
    ['no method', () => changed('"method":"pgfs.authorization",', ''), 'no-method'],
    ['a method that is a list', () => changed('"pgfs.authorization"', '["pgfs.authorization"]'), 'no-method'],
    ['no amount', () => changed('"amount":12.34', '"amounts":12.34'), 'no-amount'],
    ['an amount that is null', () => changed('"amount":12.34', '"amount":null'), 'no-amount'],
    ['an amount that is true', () => changed('"amount":12.34', '"amount":true'), 'no-amount'],
    ['an amount that is an object', () => changed('"amount":12.34', '"amount":{"value":1}'), 'no-amount'],
    ['a blank amount', () => changed('"amount":12.34', '"amount":" "'), 'no-amount'],
  ];

  it.each(MALFORMED)('%s: 400', async (_, body, type) => {
    const code = type.replaceAll('-', '_');
    const before = await gateway.metric('freeway_requests_malformed_total', { code });
    const reply = await gateway.post(body());
    expect(reply.status).toBe(400);
    expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/);
    const problem = JSON.parse(reply.text);
    expect(problem).toEqual({
      status: 400,
      type: `urn:freeway:${type}`,
      title: 'No decision is possible',
      detail: expect.any(String),
    });
    // It says what is missing and nothing of what was sent.
    expect(problem.detail).not.toMatch(/the-jit|HARBOUR|12\.34/);
    expect(await gateway.metric('freeway_requests_malformed_total', { code })).toBe(before + 1);
    await nothingDecided();
  });

  it.each([
    ['POST', '/v1/JIT', 404],
    ['POST', '/', 404],
    ['GET', '/v2/jit', 404],
    ['POST', '/v1/jit/', 404],
    ['GET', '/v1/jit', 405],
    ['HEAD', '/v1/jit', 405],
    ['PUT', '/v1/jit', 405],
    ['PATCH', '/v1/jit', 405],
    ['DELETE', '/v1/jit', 405],
    ['OPTIONS', '/v1/jit', 405],
  ])('%s %s: %i as a problem', async (method, path, status) => {
    const reply = await exchange(`${gateway.url}${path}`, { method, headers: { authorization: AUTHORIZATION } });
    expect([reply.status, reply.headers['content-type']]).toEqual([status, PROBLEM]);
    if (status === 405) expect(reply.headers['allow']).toBe('POST');
    if (method !== 'HEAD') expect(JSON.parse(reply.text)).toMatchObject({ status, type: expect.any(String) });
    await nothingDecided();
  });

  describe('a body over the limit: 413', () => {
    it('announced', async () => {
      const before = await gateway.metric('freeway_requests_refused_total', { status: '413' });
      const reply = await gateway.post(good({ members: { memo: 'x'.repeat(200_000) } }));
      expect([reply.status, reply.headers['content-type']]).toEqual([413, PROBLEM]);
      expect(JSON.parse(reply.text)).toMatchObject({ status: 413, type: 'urn:freeway:body-too-large' });
      expect(await gateway.metric('freeway_requests_refused_total', { status: '413' })).toBe(before + 1);
      await nothingDecided();
    });

    it('in chunks of unknown number', async () => {
      const reply = await raw(
        `POST /v1/jit HTTP/1.1\r\nhost: x\r\nauthorization: ${AUTHORIZATION}\r\ntransfer-encoding: chunked\r\n\r\n` +
          `${(201_000).toString(16)}\r\n${good({ members: { memo: 'x'.repeat(200_000) } }).slice(0, 201_000)}\r\n0\r\n\r\n`,
      );
      expect(reply).toMatch(/^HTTP\/1\.1 413 /);
      await nothingDecided();
    });
  });

  const raw = async (bytes: string): Promise<string> => {
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    // A server that stops listening may reset what we still send.
    socket.on('error', () => {});
    socket.end(bytes);
    return text(socket);
  };

  it('what is no HTTP at all is refused, and the next request is answered', async () => {
    for (const bytes of [
      '\u0000\u0001\u0002\r\n\r\n',
      'GET\r\n\r\n',
      'POST /v1/jit HTTP/9.9\r\n\r\n',
      '\r\n'.repeat(9),
    ])
      expect(await raw(bytes)).toMatch(/^(HTTP\/1\.1 400 |$)/);
    expect(await raw(`POST /v1/jit HTTP/1.1\r\nhost: x\r\nx-long: ${'y'.repeat(50_000)}\r\n\r\n`)).toMatch(
      /^(HTTP\/1\.1 431 |$)/,
    );
  });

  it('callers that go away in the middle of their request leave nothing behind', async () => {
    const body = good();
    const head = `POST /v1/jit HTTP/1.1\r\nhost: x\r\nauthorization: ${AUTHORIZATION}\r\ncontent-length: ${body.length}\r\n\r\n`;
    for (const sent of [head.slice(0, 30), head, head + body.slice(0, 100)]) {
      const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
      await once(socket, 'connect');
      await new Promise((resolve) => socket.write(sent, resolve));
      socket.resetAndDestroy();
    }
    await nothingDecided();
    expect((await gateway.post(good({ jit: 'after-all-that' }))).status).toBe(200);
  });
});
