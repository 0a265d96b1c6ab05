// Clients that are slow, too many, or too fast.
import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openTls, post } from '../../src/nginx/https-client.ts';
import { arrivalsOf, type Edge, JIT, openEdge, program, WEBHOOKS } from './edge.ts';

const ENOUGH = { timeout: 25_000, interval: 100 };

const requestTo = (path: string) => `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}`;

describe.skipIf(program === '')('clients of the edge', () => {
  let edge: Edge;
  afterEach(() => edge.close());
  const connections = () => [...edge.gateways, edge.intake].reduce((sum, each) => sum + each.connections(), 0);

  it('who send headers byte by byte are cut off', async () => {
    edge = await openEdge();
    const { socket, ended } = await openTls(edge.nginx.ports.edge);
    socket.write(`POST ${JIT} HTTP/1.1\r\nhost: x\r\n`);
    const dribble = setInterval(() => socket.write('x'), 200);
    await ended;
    clearInterval(dribble);
    expect(connections()).toBe(0);
  });

  it.each([JIT, WEBHOOKS])(
    'who stop in the middle of a body are cut off, and never hold an upstream: %s',
    async (path) => {
      edge = await openEdge();
      const { socket, ended, said } = await openTls(edge.nginx.ports.edge);
      socket.write(`POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n`);
      for (let count = 0; count < 10; count++) {
        socket.write('x');
        await delay(50);
      }
      await ended;
      expect(said()).not.toContain('200');
      expect(connections()).toBe(0);
    },
  );

  it('who send a body slowly but whole are answered, and hold an upstream only once it is there', async () => {
    edge = await openEdge();
    const { socket, said } = await openTls(edge.nginx.ports.edge);
    socket.write(`POST ${JIT} HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\n`);
    for (const byte of 'slow') {
      socket.write(byte);
      await delay(100);
    }
    expect(connections()).toBe(0);
    socket.write('!');
    await vi.waitFor(() => expect(said()).toContain('200 OK'), ENOUGH);
    expect(arrivalsOf(edge).at(-1)?.body).toBe('slow!');
    socket.destroy();
  });

  it('who send webhooks too fast get 503 and when to come again, and purchases are not limited', async () => {
    edge = await openEdge({ replace: { 'rate=500r/s': 'rate=1r/m' } });
    const { edge: port } = edge.nginx.ports;
    const count = 1010;
    for (const [path, answered] of [
      [JIT, count],
      [WEBHOOKS, 1001],
    ] as const) {
      const { socket, said } = await openTls(port);
      socket.write(requestTo(path).repeat(count));
      await vi.waitFor(() => expect(said().split('HTTP/1.1 ').length - 1).toBe(count), ENOUGH);
      expect(said().split('HTTP/1.1 200').length - 1).toBe(answered);
      expect(said().split('HTTP/1.1 503').length - 1).toBe(count - answered);
      socket.destroy();
    }
    const refused = await post(port, WEBHOOKS, '{}');
    expect(refused.status).toBe(503);
    expect(refused.headers['retry-after']).toBe('1');
    expect(JSON.parse(refused.text)).toMatchObject({ status: 503, type: 'urn:freeway:overloaded' });
    expect((await edge.nginx.errorLog()).filter((line) => line.includes('limiting'))).toEqual([]);
  });

  it('who hold a thousand requests at once get no more', async () => {
    edge = await openEdge();
    const { edge: port } = edge.nginx.ports;
    const sessions = Array.from({ length: 9 }, () =>
      connectHttp2(`https://127.0.0.1:${port}`, { rejectUnauthorized: false, servername: 'localhost' }),
    );
    const statuses: number[] = [];
    await Promise.all(sessions.map((session) => once(session, 'remoteSettings')));
    for (const session of sessions) {
      session.on('error', () => undefined);
      for (let count = 0; count < 120; count++) {
        // Its body never comes.
        const stream = session.request({ ':method': 'POST', ':path': JIT, 'content-length': '10' });
        stream.on('response', (headers) => statuses.push(Number(headers[':status'])));
        stream.on('error', () => undefined);
      }
    }
    await vi.waitFor(() => expect(statuses).toContain(503), ENOUGH);
    expect(new Set(statuses)).toEqual(new Set([503]));
    expect((await edge.nginx.errorLog()).filter((line) => line.includes('limiting'))).toEqual([]);
    for (const session of sessions) session.destroy();
  });
});
