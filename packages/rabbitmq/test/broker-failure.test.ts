import { randomUUID } from 'node:crypto';
import { Fault, type Message } from '@freeway/core';
import { openFaultProxy, type FaultProxy } from '@freeway/testkit/fault-proxy';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openRabbit } from './rabbit-under-test.ts';

const url = process.env.TEST_RABBITMQ_URL ?? '';

const message = (n: number): Message => ({ id: `m${n}`, type: 'counted', body: String(n) });

/** As the relay does: the same batch again until it is confirmed. */
async function publishUntilConfirmed(publish: () => Promise<void>): Promise<number> {
  for (let faults = 0; ; faults += 1) {
    try {
      await publish();
      return faults;
    } catch (error) {
      expect(error).toBeInstanceOf(Fault);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** For what comes by itself, but on a busy machine not at once. */
const PATIENTLY = { timeout: 15_000 };

describe.skipIf(!url)('when the broker goes away', () => {
  let proxy: FaultProxy;
  let opened: Awaited<ReturnType<typeof openRabbit>>[];

  beforeEach(async () => {
    const { hostname, port } = new URL(url);
    proxy = await openFaultProxy({ host: hostname, port: Number(port || 5672) });
    opened = [];
  });
  afterEach(async () => {
    await proxy.forward();
    for (const rabbit of opened) await rabbit.close();
    await proxy.close();
  });

  function proxied(): string {
    const through = new URL(url);
    through.hostname = '127.0.0.1';
    through.port = String(proxy.port);
    return through.href;
  }

  /** Two processes on the same queues: one beyond the proxy, one with a clear view. */
  async function openBoth(publishTimeoutMs = 10_000) {
    const prefix = `t${randomUUID().slice(0, 8)}.`;
    const settings = { prefix, retryDelaysMs: [50, 100, 150], publishTimeoutMs };
    const far = await openRabbit({ url: proxied(), ...settings });
    const near = await openRabbit({ url, ...settings });
    // Only one of them removes the queues; the far one's connection to do so would come through the proxy.
    opened.push({ ...near, close: () => far.queues.close().then(near.close) });
    return { far: far.queues, near: near.queues };
  }

  test('connections cut again and again while publishing: nothing confirmed is lost, and the order stands', async () => {
    const { far, near } = await openBoth();
    const batches = 60;
    let faults = 0;
    for (let batch = 0; batch < batches; batch += 1) {
      const messages = Array.from({ length: 20 }, (_, n) => message(batch * 20 + n));
      const publishing = publishUntilConfirmed(() => far.publish('webhook-queue', messages));
      if (batch % 12 === 6) setImmediate(() => proxy.cut());
      faults += await publishing;
    }
    expect(faults).toBeGreaterThan(0);

    const firstSeen = new Set<string>();
    const all = Promise.withResolvers<void>();
    const consumer = await near.consume('webhook-queue', { prefetch: 50 }, async ({ id }) => {
      firstSeen.add(id);
      if (firstSeen.size === batches * 20) all.resolve();
    });
    await all.promise;
    await consumer.stop();
    expect([...firstSeen]).toEqual(Array.from({ length: batches * 20 }, (_, n) => `m${n}`));
  });

  test('a consumer resumes by itself, with the message it held', async () => {
    const { far, near } = await openBoth();
    const seen: string[] = [];
    const holding = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const done = Promise.withResolvers<void>();
    const consumer = await far.consume('webhook-queue', { prefetch: 1 }, async ({ id }) => {
      seen.push(id);
      holding.resolve();
      if (seen.length === 1) await release.promise;
      if (id === 'm2') done.resolve();
    });
    await near.publish('webhook-queue', [message(1)]);
    await holding.promise;
    await proxy.refuse();
    await near.publish('webhook-queue', [message(2)]);
    // The handler finishes without a connection to ack on: the broker has to deliver again.
    release.resolve();
    await proxy.forward();
    await done.promise;
    expect(seen).toEqual(['m1', 'm1', 'm2']);
    await consumer.stop();
  });

  test('while the broker is down: publishing is refused at once, health says so, and nothing ends the process', async () => {
    const { far } = await openBoth();
    await far.publish('webhook-queue', [message(1)]);
    await proxy.refuse();
    await expect.poll(() => far.health(), PATIENTLY).toMatchObject({ state: 'down' });
    await expect(far.publish('webhook-queue', [message(2)])).rejects.toMatchObject({ code: 'unavailable' });
    await expect(far.reply('someone', message(3))).rejects.toMatchObject({ code: 'unavailable' });
    await expect(far.statistics()).rejects.toMatchObject({ code: 'unavailable' });
    await proxy.forward();
    await expect.poll(() => far.health(), PATIENTLY).toMatchObject({ state: 'up' });
    await far.publish('webhook-queue', [message(4)]);
  });

  test('a start without a broker succeeds, and everything works once it is there', async () => {
    await proxy.refuse();
    const { far } = await openBoth();
    const seen = Promise.withResolvers<string>();
    const consumer = await far.consume('jit-funding-queue', { prefetch: 1 }, async ({ id }) => seen.resolve(id));
    await expect(far.publish('jit-funding-queue', [message(1)])).rejects.toMatchObject({ code: 'unavailable' });
    await proxy.forward();
    await publishUntilConfirmed(() => far.publish('jit-funding-queue', [message(2)]));
    expect(await seen.promise).toBe('m2');
    await consumer.stop();
  });

  test('a broker that stalls does not hang a publish: its outcome is unknown', async () => {
    const { far } = await openBoth(500);
    await publishUntilConfirmed(() => far.publish('webhook-queue', [message(1)]));
    proxy.stall();
    await expect(far.publish('webhook-queue', [message(2)])).rejects.toMatchObject({ code: 'outcome_unknown' });
    expect(await far.health()).toMatchObject({ state: 'down' });
    await proxy.forward();
    await publishUntilConfirmed(() => far.publish('webhook-queue', [message(3)]));
  });

  test('close() without a broker ends', async () => {
    const { far } = await openBoth();
    await far.consume('webhook-queue', { prefetch: 1 }, async () => undefined);
    await proxy.refuse();
    await expect.poll(() => far.health(), PATIENTLY).toMatchObject({ state: 'down' });
    await far.close();
    await expect(far.publish('webhook-queue', [message(1)])).rejects.toMatchObject({ code: 'unavailable' });
  });
});
