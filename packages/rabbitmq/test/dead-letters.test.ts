import { randomUUID } from 'node:crypto';
import type { Delivery } from '@freeway/core';
import { openFaultProxy } from '@freeway/testkit/fault-proxy';
import type { Envelope } from 'rabbitmq-client';
import { afterEach, describe, expect, test } from 'vitest';
import { openRabbit } from './rabbit-under-test.ts';

const url = process.env.TEST_RABBITMQ_URL ?? '';

/** For what comes by itself, but on a busy machine not at once. */
const PATIENTLY = { timeout: 15_000 };

const QUEUE = 'webhook-queue';
const DEAD = { 'x-reason': 'invalid_message', 'x-attempts': 1 };

describe.skipIf(!url)('dead letters on RabbitMQ', () => {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  async function open(prefix = `t${randomUUID().slice(0, 8)}.`) {
    const rabbit = await openRabbit({ url, prefix, retryDelaysMs: [5, 10, 15] });
    closing.push(rabbit.close);
    await rabbit.queues.statistics();
    const outside = await rabbit.outside.acquire();
    await outside.confirmSelect();
    const put = (queue: string, envelope: Envelope, body = Buffer.from('{}')) =>
      outside.basicPublish({ routingKey: prefix + queue, durable: true, contentEncoding: 'utf-8', ...envelope }, body);
    const list = async () => (await rabbit.queues.deadLetters.list(QUEUE, {}, 1_000)).letters;
    const deadCount = async () => (await rabbit.queues.statistics())[2]?.dead;
    return { ...rabbit, prefix, put, list, deadCount };
  }

  test('connections cut again and again while redriving: nothing is lost', async () => {
    const { hostname, port } = new URL(url);
    const proxy = await openFaultProxy({ host: hostname, port: Number(port || 5672) });
    const near = await open();
    const through = new URL(url);
    through.host = `127.0.0.1:${proxy.port}`;
    const far = await openRabbit({ url: through.href, prefix: near.prefix, retryDelaysMs: [5, 10, 15] });
    closing.unshift(
      () => far.queues.close(),
      () => proxy.close(),
    );
    const ids = Array.from({ length: 1_500 }, (_, n) => `m${n}`);
    await Promise.all(ids.map((messageId) => near.put('webhook-dlq', { messageId, type: 'counted', headers: DEAD })));
    let faults = 0;
    for (let left = ids.length; left > 0; left = (await near.list()).length) {
      const cut = () => setTimeout(() => proxy.cut(), 2);
      await far.queues.deadLetters.redrive(QUEUE, {}, faults < 4 ? { onProgress: cut } : {}).catch((error: unknown) => {
        expect(error).toMatchObject({ name: 'Fault' });
        faults += 1;
      });
    }
    expect(faults).toBeGreaterThan(0);
    const seen = new Set<string>();
    const consumer = await near.queues.consume(QUEUE, { prefetch: 100 }, async ({ id }) => void seen.add(id));
    await expect.poll(() => seen.size, PATIENTLY).toBe(ids.length);
    await consumer.stop();
  });

  test('a letter whose holders all died says so, with the time, and is redriven like any other', async () => {
    const { queues, outside, prefix, list, deadCount } = await open();
    const sinceMs = Date.now() - 2_000;
    await queues.publish(QUEUE, [{ id: 'killer', type: 'deadly', body: '{"n":1}' }]);
    while ((await deadCount()) === 0) {
      const holder = await outside.acquire();
      await holder.basicGet({ queue: prefix + QUEUE });
      await holder.close();
    }
    const [letter] = await list();
    expect(letter).toMatchObject({
      id: 'killer',
      type: 'deadly',
      body: '{"n":1}',
      reason: 'delivery_limit',
      attempts: 1,
      redriven: 0,
      lastError: 'every process that held the message died or was stopped before it was done',
    });
    expect(letter?.lastFailedAtMs).toBeGreaterThan(sinceMs);
    await queues.deadLetters.redrive(QUEUE, {});
    const seen = Promise.withResolvers<Delivery>();
    const consumer = await queues.consume(QUEUE, { prefetch: 1 }, async (delivery) => seen.resolve(delivery));
    expect(await seen.promise).toEqual({ id: 'killer', type: 'deadly', body: '{"n":1}', attempt: 1 });
    await consumer.stop();
  });

  test('a letter that something else put there can be found by a digest of it, and comes back as it was', async () => {
    const { queues, put, list, deadCount } = await open();
    await put('webhook-dlq', {}, Buffer.from('plain words'));
    const [letter] = await list();
    const id = letter?.id ?? '';
    expect(letter).toMatchObject({
      id: expect.stringMatching(/^unnamed-[0-9a-f]{12}$/),
      type: '',
      body: 'plain words',
      reason: 'unknown',
      lastFailedAtMs: expect.any(Number),
    });
    expect(await queues.deadLetters.redrive(QUEUE, { ids: [id] })).toMatchObject({ done: 1, ids: [id] });
    const consumer = await queues.consume(QUEUE, { prefetch: 1 }, async () => undefined);
    await expect.poll(deadCount, PATIENTLY).toBe(1);
    await consumer.stop();
    expect(await list()).toMatchObject([{ id, body: 'plain words', reason: 'not_ours', redriven: 1, attempts: 2 }]);
  });

  test('a number that went through a float stays refused, however often its letter is redriven', async () => {
    const { queues, put, list, deadCount } = await open();
    const handled: Delivery[] = [];
    const consumer = await queues.consume(QUEUE, { prefetch: 1 }, async (delivery) => void handled.push(delivery));
    const unsaid = { messageId: 'f', type: 'asked', contentType: 'application/json', contentEncoding: undefined };
    await put(QUEUE, unsaid as unknown as Envelope, Buffer.from('{"amount":0.30000000000000004}'));
    for (const redriven of [0, 1, 2]) {
      await expect.poll(deadCount, PATIENTLY).toBe(1);
      expect(await list()).toMatchObject([{ id: 'f', reason: 'not_ours', redriven }]);
      await queues.deadLetters.redrive(QUEUE, {});
    }
    await consumer.stop();
    expect(handled).toEqual([]);
  });

  test('who else listens to the type of a message does not get it again when it is redriven', async () => {
    const { queues, outside, prefix, put, list } = await open();
    const queue = `${prefix}another-program`;
    await outside.queueDeclare({ queue, exclusive: true });
    await outside.queueBind({ queue, exchange: `${prefix}freeway`, routingKey: '#.counted' });
    await put('webhook-dlq', { messageId: 'm', type: 'counted', headers: DEAD });
    await queues.deadLetters.redrive(QUEUE, {});
    expect(await list()).toEqual([]);
    await queues.publish(QUEUE, [{ id: 'new', type: 'counted', body: '{}' }]);
    const got = await outside.basicGet({ queue, noAck: true });
    expect(got).toMatchObject({ messageId: 'new', messageCount: 0 });
    await outside.queueDelete({ queue });
  });

  test('a dead-letter queue that an earlier version made stays in use', async () => {
    const { outside, prefix } = await open();
    const queue = `${prefix}webhook-dlq`;
    await outside.queueDelete({ queue });
    await outside.queueDeclare({ queue, durable: true, arguments: { 'x-queue-type': 'quorum' } });
    const { queues, list, deadCount } = await open(prefix);
    const consumer = await queues.consume(QUEUE, { prefetch: 1 }, () => Promise.reject(new Error('no luck')));
    await queues.publish(QUEUE, [{ id: 'm', type: 'counted', body: '{}' }]);
    await expect.poll(deadCount, PATIENTLY).toBe(1);
    expect(await list()).toMatchObject([{ id: 'm', reason: 'attempts_exhausted' }]);
    await consumer.stop();
  });

  test('while another connection looks through them, one is told so', async () => {
    const { queues, outside, prefix } = await open();
    const other = await outside.acquire();
    await other.queueDeclare({ queue: `${prefix}webhook-dlq.lock`, exclusive: true });
    const contended = { name: 'Fault', code: 'contended', message: expect.stringContaining('webhook-dlq') };
    await expect(queues.deadLetters.list(QUEUE, {}, 1)).rejects.toMatchObject(contended);
    await other.queueDelete({ queue: `${prefix}webhook-dlq.lock` });
    await other.close();
    expect(await queues.deadLetters.list(QUEUE, {}, 1)).toMatchObject({ total: 0 });
  });
});
