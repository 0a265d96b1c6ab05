// What the edge lets pass, to whom and how, and what it refuses by itself.
import { PROBLEMS } from '@freeway/runtime/http';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ask, openTls, post, type Reply } from '../../src/nginx/https-client.ts';
import { arrivalsOf, type Edge, JIT, openEdge, program, WEBHOOKS } from './edge.ts';

const LONG_ANSWER = JSON.stringify({ text: 'x'.repeat(4000) });

function expectProblem(reply: Reply, problem: object): void {
  expect(JSON.parse(reply.text)).toEqual(problem);
  expect(reply.headers['content-type']).toBe('application/problem+json');
}

describe.skipIf(program === '')('the edge', () => {
  let edge: Edge;
  let port: number;
  beforeAll(async () => {
    edge = await openEdge({
      gateway: (_arrival, response) =>
        void response.writeHead(200, { 'content-type': 'application/json' }).end(LONG_ANSWER),
    });
    port = edge.nginx.ports.edge;
  });
  afterAll(() => edge.close());

  it('passes both routes on, with a request id that it returns, and with who asked', async () => {
    const headers = { 'x-request-id': 'mine', 'x-forwarded-for': '203.0.113.9', 'accept-encoding': 'gzip' };
    const toGateway = await post(port, `${JIT}?a=b`, '{"n":1}', { headers });
    expect(toGateway).toMatchObject({ status: 200, text: LONG_ANSWER });
    const arrival = arrivalsOf(edge).at(-1);
    expect(arrival).toMatchObject({ method: 'POST', url: `${JIT}?a=b`, body: '{"n":1}' });
    expect(arrival?.headers).toMatchObject({ 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'https' });
    expect(arrival?.headers.host).toBe('localhost');
    expect(arrival?.headers).not.toHaveProperty('accept-encoding');
    expect(arrival?.headers['x-request-id']).toMatch(/^[0-9a-f]{32}$/);
    expect(toGateway.headers['x-request-id']).toBe(arrival?.headers['x-request-id']);

    expect((await post(port, WEBHOOKS, '{"n":2}')).status).toBe(200);
    expect(edge.intake.arrivals.at(-1)).toMatchObject({ method: 'POST', url: WEBHOOKS, body: '{"n":2}' });
  });

  it('passes one and the same address on, however it was written', async () => {
    await post(port, '//v1/./jit', '{}');
    expect(arrivalsOf(edge).at(-1)?.url).toBe(JIT);
  });

  it('keeps connections to upstreams', async () => {
    const before = [...edge.gateways, edge.intake].map((each) => each.connections());
    for (let count = 0; count < 20; count++) await Promise.all([post(port, JIT, '{}'), post(port, WEBHOOKS, '{}')]);
    const after = [...edge.gateways, edge.intake].map((each) => each.connections());
    // one of each worker at most, and the two of them meet rarely
    for (const [index, count] of after.entries()) expect(count - (before[index] ?? 0)).toBeLessThan(10);
  });

  it.each([
    '/',
    '/metrics',
    '/profile',
    '/status',
    '/alive',
    '/probe',
    '/console/',
    '/v1/jit/',
    '/v1/webhooks/other',
    '/health/x',
  ])('has nothing at %s', async (path) => {
    const before = arrivalsOf(edge).length;
    for (const method of ['GET', 'POST']) {
      const reply = await ask(port, path, { method });
      expect(reply.status).toBe(404);
      expectProblem(reply, PROBLEMS.notFound);
    }
    expect(arrivalsOf(edge)).toHaveLength(before);
  });

  it.each([JIT, WEBHOOKS])('answers nothing but POST at %s', async (path) => {
    const before = arrivalsOf(edge).length + edge.intake.arrivals.length;
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND']) {
      const reply = await ask(port, path, { method });
      expect(reply.status).toBe(405);
      expect(reply.headers['allow']).toBe('POST');
      expectProblem(reply, PROBLEMS.methodNotAllowed);
    }
    expect(arrivalsOf(edge).length + edge.intake.arrivals.length).toBe(before);
  });

  it.each([
    { path: JIT, limit: 262_144 },
    { path: WEBHOOKS, limit: 1_048_576 },
  ])(
    'takes a body of $limit bytes at $path, keeps it out of files, and refuses a longer one',
    async ({ path, limit }) => {
      const whole = await post(port, path, Buffer.alloc(limit, 'x'));
      expect(whole.status).toBe(200);
      const lengthThatCame = [...arrivalsOf(edge), ...edge.intake.arrivals].some(({ body }) => body.length === limit);
      expect(lengthThatCame).toBe(true);
      expect((await edge.nginx.errorLog()).filter((line) => line.includes('temporary file'))).toEqual([]);
      expect(await readdir(join(edge.nginx.runFolder, 'body'))).toEqual([]);

      const { socket, said, ended } = await openTls(port);
      socket.write(`POST ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: ${limit + 1}\r\n\r\n`);
      await Promise.race([ended, once(socket, 'end')]);
      expect(said()).toMatch(/^HTTP\/1.1 413 /);
      expect(JSON.parse(said().split('\r\n\r\n')[1] ?? '')).toEqual(PROBLEMS.bodyTooLarge);
      socket.destroy();
    },
  );

  it.each([
    ['two lengths', 400, `POST ${JIT} HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}`],
    [
      'a length and chunks',
      400,
      `POST ${JIT} HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['no host', 400, `POST ${JIT} HTTP/1.1\r\n\r\n`],
    ['an unknown coding', 400, `POST ${JIT} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: gzip\r\n\r\n`],
    ['a long header', 431, `POST ${JIT} HTTP/1.1\r\nhost: x\r\nx-long: ${'x'.repeat(40_000)}\r\n\r\n`],
    ['a long address', 414, `GET /${'x'.repeat(40_000)} HTTP/1.1\r\nhost: x\r\n\r\n`],
    ['a line that is none', 400, `POST\r\n\r\n`],
    ['a version of its own', 400, `POST ${JIT} HTTP/3.9\r\nhost: x\r\n\r\n`],
  ])('refuses %s with %i and a problem body', async (_what, status, bytes) => {
    const before = arrivalsOf(edge).length;
    const { socket, said, ended } = await openTls(port);
    socket.write(bytes);
    await ended;
    const [head = '', body = ''] = said().split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head.toLowerCase()).toContain('content-type: application/problem+json');
    expect(JSON.parse(body)).toMatchObject({ status, type: expect.stringMatching(/^urn:freeway:/) });
    expect(arrivalsOf(edge)).toHaveLength(before);
  });

  it('answers plain HTTP on the port of TLS with a problem body', async () => {
    const socket = connect(port, '127.0.0.1').setEncoding('utf8');
    socket.write(`POST ${JIT} HTTP/1.1\r\nhost: x\r\n\r\n`);
    const [answer] = (await once(socket, 'data')) as [string];
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(answer).toContain(JSON.stringify(PROBLEMS.badRequest));
    socket.destroy();
  });

  it('says no more than it must, and how answers are to be treated', async () => {
    for (const reply of [await post(port, JIT, '{}'), await ask(port, '/nothing')]) {
      expect(reply.headers).toMatchObject({
        server: 'nginx',
        'strict-transport-security': 'max-age=31536000',
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'cache-control': 'no-store',
      });
      expect(reply.headers).not.toHaveProperty('allow');
      expect(reply.headers).not.toHaveProperty('retry-after');
    }
  });

  it('never compresses the answer to a decision', async () => {
    const reply = await post(port, JIT, '{}', { headers: { 'accept-encoding': 'gzip, br' } });
    expect(reply.headers).not.toHaveProperty('content-encoding');
    expect(reply.text).toBe(LONG_ANSWER);
  });

  it('speaks HTTP/2', async () => {
    const session = connectHttp2(`https://127.0.0.1:${port}`, { rejectUnauthorized: false, servername: 'localhost' });
    const stream = session.request({ ':method': 'POST', ':path': JIT });
    stream.end('{"over":"h2"}');
    const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
    expect(headers[':status']).toBe(200);
    expect(arrivalsOf(edge).at(-1)?.body).toBe('{"over":"h2"}');
    session.destroy();
  });

  it('keeps the connection of a client over thousands of requests', async () => {
    const { socket, said } = await openTls(port);
    const count = 1100;
    const one = 'GET /nothing HTTP/1.1\r\nhost: x\r\n\r\n';
    socket.write(one.repeat(count));
    await vi.waitFor(() => expect(said().split('HTTP/1.1 404').length - 1).toBe(count), { timeout: 20_000 });
    socket.destroy();
  });
});
