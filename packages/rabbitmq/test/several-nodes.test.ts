// RABBITMQ_URL with several nodes: the next is used when one is away.
import { randomUUID } from 'node:crypto';
import { openFaultProxy, type FaultProxy } from '@freeway/testkit/fault-proxy';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createRabbitQueues } from '../src/index.ts';
import { openRabbit } from './rabbit-under-test.ts';

const url = process.env.TEST_RABBITMQ_URL ?? '';

describe.skipIf(!url)('several nodes', () => {
  let nodes: FaultProxy[];
  beforeEach(async () => {
    const { hostname, port } = new URL(url);
    const open = () => openFaultProxy({ host: hostname, port: Number(port || 5672) });
    nodes = await Promise.all([open(), open(), open()]);
  });
  afterEach(() => Promise.all(nodes.map((node) => node.close())));

  test('are tried in turn: the first that answers is used, and another one when that goes away', async () => {
    const [first, second, third] = nodes as [FaultProxy, FaultProxy, FaultProxy];
    await Promise.all([first.refuse(), third.refuse()]);
    const { protocol, username, password, pathname } = new URL(url);
    const list = nodes.map(({ port }) => `127.0.0.1:${port}`).join(',');
    const settings = { prefix: `t${randomUUID().slice(0, 8)}.`, retryDelaysMs: [50, 100, 150] };
    const direct = await openRabbit({ ...settings, url });
    const queues = createRabbitQueues({
      ...settings,
      url: `${protocol}//${username}:${password}@${list}${pathname}`,
      reconnectMinMs: 50,
      reconnectMaxMs: 200,
    });
    const published: string[] = [];
    const publish = async (id: string) => {
      await vi.waitFor(() => queues.publish('webhook-queue', [{ id, type: 'counted', body: '{}' }]), {
        timeout: 15_000,
      });
      published.push(id);
    };
    try {
      await publish('second');
      expect([first, second, third].map((node) => node.accepted() > 0)).toEqual([false, true, false]);
      await third.forward();
      await second.refuse();
      await publish('third');
      expect(third.accepted()).toBeGreaterThan(0);
      const arrived = new Set<string>();
      const consumer = await direct.queues.consume('webhook-queue', { prefetch: 10 }, async ({ id }) => {
        arrived.add(id);
      });
      await vi.waitFor(() => expect([...arrived].toSorted()).toEqual(published.toSorted()), { timeout: 15_000 });
      await consumer.stop();
    } finally {
      await queues.close();
      await direct.close();
    }
  }, 60_000);
});
