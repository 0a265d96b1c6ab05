// Where a request goes, and above all where it does not: no POST reaches two upstreams.
import { connect, type Socket } from 'node:net';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '@freeway/postgres/free-port';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Answering, breaksOff, neverAnswers, saysOk } from '../../src/nginx/fake-upstream.ts';
import { post } from '../../src/nginx/https-client.ts';
import { arrivalsOf, type Edge, JIT, openEdge, program, WEBHOOKS } from './edge.ts';

interface Line {
  readonly path: string;
  readonly upstream: string;
  readonly upstream_status: string;
}

describe.skipIf(program === '')('upstreams of the edge', () => {
  let edge: Edge;
  const endings: (() => void)[] = [];
  afterEach(async () => {
    for (const end of endings.splice(0)) end();
    await edge.close();
  });
  const linesOf = async (path: string) =>
    (await edge.nginx.accessLog()).map((line) => JSON.parse(line) as Line).filter((line) => line.path === path);

  /** A port that a process listens on that is stopped, with its queue full: who connects hears nothing. */
  async function deafPort(): Promise<number> {
    const script = `const s = require('node:net').createServer(); s.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(s.address().port))`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    endings.push(() => child.kill('SIGKILL'));
    const [text] = (await once(child.stdout, 'data')) as [Buffer];
    child.kill('SIGSTOP');
    const port = Number(text.toString());
    const sockets: Socket[] = Array.from({ length: 6 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
    endings.push(() => sockets.forEach((socket) => socket.destroy()));
    // Those that the queue takes are connected at once, the others never.
    await vi.waitFor(() => expect(sockets.filter(({ connecting }) => !connecting).length).toBeGreaterThan(0));
    return port;
  }

  it('a gateway that takes a request and breaks: 502, and the request came once', async () => {
    edge = await openEdge({ gateway: breaksOff });
    // one after the other, each to a gateway that has not failed thrice
    for (const token of ['one', 'two', 'three', 'four']) {
      const reply = await post(edge.nginx.ports.edge, JIT, token);
      expect(reply.status).toBe(502);
      expect(JSON.parse(reply.text)).toMatchObject({ status: 502, type: 'urn:freeway:no-answer' });
      expect(arrivalsOf(edge).filter(({ body }) => body === token)).toHaveLength(1);
    }
  });

  it('a gateway that breaks on a connection that was used before: the request came once', async () => {
    const seen = new WeakSet<Socket>();
    const breaksLater: Answering = (arrival, response, socket) => {
      if (seen.has(socket)) return breaksOff(arrival, response, socket);
      seen.add(socket);
      return saysOk(arrival, response, socket);
    };
    edge = await openEdge({ gateway: breaksLater });
    const statuses = new Map<string, number>();
    for (let index = 0; index < 12; index++)
      statuses.set(`n${index}`, (await post(edge.nginx.ports.edge, JIT, `n${index}`)).status);
    expect([...statuses.values()]).toContain(502);
    const bodies = arrivalsOf(edge).map(({ body }) => body);
    expect(bodies.length).toBe(new Set(bodies).size);
  });

  it.each([{ path: JIT }, { path: WEBHOOKS }])(
    'an upstream that never answers $path: 504 later than it would say so itself, and the request came once',
    async ({ path }) => {
      edge = await openEdge({ gateway: neverAnswers, intake: neverAnswers });
      const reply = await post(edge.nginx.ports.edge, path, '{}');
      expect(reply.status).toBe(504);
      expect(JSON.parse(reply.text)).toMatchObject({ status: 504, type: 'urn:freeway:too-late' });
      expect([...arrivalsOf(edge), ...edge.intake.arrivals]).toHaveLength(1);
      // Longer than the upstream itself waits before it says that it has no answer.
      const [line] = (await edge.nginx.accessLog()).map((text) => JSON.parse(text) as { seconds: number });
      expect(line?.seconds).toBeGreaterThan(path === JIT ? 2.5 : 4);
    },
  );

  it('a gateway that nobody can connect to: the other one answers, and the dead one is left alone', async () => {
    const dead = await freePort();
    edge = await openEdge({ insteadOfFirst: `127.0.0.1:${dead}` });
    const statuses: number[] = [];
    for (let count = 0; count < 60; count++) statuses.push((await post(edge.nginx.ports.edge, JIT, '{}')).status);
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(arrivalsOf(edge)).toHaveLength(60);
    const tried = (await linesOf(JIT)).filter(({ upstream_status }) => upstream_status === '502, 200').length;
    expect(tried).toBeGreaterThan(0);
    expect(tried).toBeLessThan(30);
  });

  it('a gateway whose connections are not taken: the other one answers in time', async () => {
    const deaf = await deafPort();
    edge = await openEdge({ insteadOfFirst: `127.0.0.1:${deaf}` });
    const replies = await Promise.all(Array.from({ length: 4 }, () => post(edge.nginx.ports.edge, JIT, '{}')));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const lines = await linesOf(JIT);
    expect(lines.map(({ upstream_status }) => upstream_status)).toContain('504, 200');
  });

  it('many gateways that nobody can connect to: it gives up while an answer is of use', async () => {
    const deaf = await deafPort();
    // eight of nine
    const more = `127.0.0.1:${deaf};\nserver `.repeat(7);
    edge = await openEdge({ insteadOfFirst: `${more}127.0.0.1:${deaf}` });
    for (let count = 0; count < 4; count++) await post(edge.nginx.ports.edge, JIT, '{}');
    const tries = (await linesOf(JIT)).map(({ upstream }) => upstream.split(', ').length);
    expect(Math.max(...tries)).toBeGreaterThan(1);
    expect(Math.max(...tries)).toBeLessThanOrEqual(3);
  });

  it('an answer 503 is an answer: nobody else is asked', async () => {
    edge = await openEdge({
      gateway: (_arrival, response) => void response.writeHead(503, { 'retry-after': '7' }).end('{"busy":true}'),
    });
    for (let count = 0; count < 10; count++) {
      const reply = await post(edge.nginx.ports.edge, JIT, '{}');
      expect(reply).toMatchObject({ status: 503, text: '{"busy":true}' });
      expect(reply.headers['retry-after']).toBe('7');
    }
    expect(arrivalsOf(edge)).toHaveLength(10);
  });

  it('the gateway with less to do is asked', async () => {
    const held: (() => void)[] = [];
    const holds: Answering = (arrival, response, socket) => {
      if (arrival.body !== 'slow') return saysOk(arrival, response, socket);
      return void held.push(() => saysOk(arrival, response, socket));
    };
    edge = await openEdge({ gateway: holds, otherGateway: holds });
    const port = edge.nginx.ports.edge;
    const slow = [post(port, JIT, 'slow')];
    await vi.waitFor(() => expect(arrivalsOf(edge)).toHaveLength(1));
    const [busy, idle] = edge.gateways[0].arrivals.length === 1 ? edge.gateways : [...edge.gateways].toReversed();
    for (let count = 0; count < 12; count++) await post(port, JIT, 'quick');
    expect(busy?.arrivals).toHaveLength(1);
    expect(idle?.arrivals).toHaveLength(12);
    for (const answer of held) answer();
    expect((await Promise.all(slow)).map(({ status }) => status)).toEqual([200]);
  });
});
