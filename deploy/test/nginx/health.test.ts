// What a balancer in front of the edge may learn.
import { afterEach, describe, expect, it } from 'vitest';
import type { Answering } from '../../src/nginx/fake-upstream.ts';
import { ask, post } from '../../src/nginx/https-client.ts';
import { arrivalsOf, type Edge, JIT, openEdge, program } from './edge.ts';

const DETAIL = '{"detail":"down: postgres at db.internal"}';

/** A gateway that answers purchases, and probes with a status. */
const gatewayThat =
  (status: number): Answering =>
  ({ url }, response) =>
    void response.writeHead(url === JIT ? 200 : status).end(DETAIL);

describe.skipIf(program === '')('/health and /ready at the edge', () => {
  let edge: Edge;
  afterEach(() => edge.close());

  it('say whether any gateway is up, and nothing else, and pass nothing of the asker on', async () => {
    edge = await openEdge({ gateway: gatewayThat(200) });
    const { edge: port } = edge.nginx.ports;
    for (const [method, path] of [
      ['GET', '/health'],
      ['POST', '/ready'],
    ] as const) {
      const headers = { authorization: 'Basic c2VjcmV0' };
      const body = method === 'POST' ? { body: 'of the asker' } : {};
      const reply = await ask(port, `${path}?verbose`, { method, headers, ...body });
      expect(reply).toMatchObject({ status: 200, text: '{"available":true}' });
      expect(reply.headers['content-type']).toBe('application/json');
      expect(arrivalsOf(edge).at(-1)).toMatchObject({ method: 'GET', url: path, body: '' });
      expect(arrivalsOf(edge).at(-1)?.headers).not.toHaveProperty('authorization');
    }
  });

  it('say yes while one of two gateways does, and send purchases to both all the same', async () => {
    edge = await openEdge({ gateway: gatewayThat(503), otherGateway: gatewayThat(200) });
    const { edge: port } = edge.nginx.ports;
    for (let count = 0; count < 20; count++) expect((await ask(port, '/ready')).status).toBe(200);
    const before = edge.gateways.map(({ arrivals }) => arrivals.filter(({ url }) => url === JIT).length);
    for (let count = 0; count < 20; count++) expect((await post(port, JIT, '{}')).status).toBe(200);
    for (const [index, { arrivals }] of edge.gateways.entries())
      expect(arrivals.filter(({ url }) => url === JIT).length - (before[index] ?? 0)).toBeGreaterThan(5);
  });

  it('say no without detail when all are down, or do not answer', async () => {
    edge = await openEdge({ gateway: gatewayThat(503), otherGateway: () => undefined });
    const reply = await ask(edge.nginx.ports.edge, '/ready');
    expect(reply.status).toBe(503);
    expect(JSON.parse(reply.text)).toEqual({
      status: 503,
      type: 'urn:freeway:unavailable',
      title: 'No gateway is available',
    });
    expect(reply.headers['retry-after']).toBe('1');
  });

  it('are limited for each address, with 429', async () => {
    edge = await openEdge({ gateway: gatewayThat(200), replace: { 'rate=20r/s': 'rate=1r/m' } });
    const statuses: number[] = [];
    for (let count = 0; count < 30; count++) statuses.push((await ask(edge.nginx.ports.edge, '/ready')).status);
    expect(statuses).toEqual([...Array<number>(21).fill(200), ...Array<number>(9).fill(429)]);
    const refused = await ask(edge.nginx.ports.edge, '/health');
    expect(JSON.parse(refused.text)).toMatchObject({ status: 429, type: 'urn:freeway:too-often' });
    expect(refused.headers['retry-after']).toBe('1');
  });
});
