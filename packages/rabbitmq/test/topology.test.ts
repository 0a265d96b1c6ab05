import { randomUUID } from 'node:crypto';
import { QUEUES, RETRY_DELAYS_MS } from '@freeway/core';
import { describe, expect, test } from 'vitest';
import { QUEUE_TABLE } from '../src/index.ts';
import { topologyOf } from '../src/topology.ts';
import { openRabbit } from './rabbit-under-test.ts';

const url = process.env.TEST_RABBITMQ_URL ?? '';

/** For what comes by itself, but on a busy machine not at once. */
const PATIENTLY = { timeout: 15_000 };

describe('the topology table', () => {
  test('has every queue of the port, with the dead letters operators know', () => {
    expect(QUEUE_TABLE.map(({ queue, dead }) => [queue, dead])).toEqual([
      ['jit-funding-queue', 'jit-funding-dlq'],
      ['transaction-processing-queue', 'transaction-processing-dlq'],
      ['webhook-queue', 'webhook-dlq'],
    ]);
    expect(QUEUE_TABLE.map(({ queue }) => queue)).toEqual([...QUEUES]);
  });

  test('retries three times, each after a longer wait', () => {
    expect(RETRY_DELAYS_MS).toHaveLength(3);
    expect(RETRY_DELAYS_MS.toSorted((a, b) => a - b)).toEqual(RETRY_DELAYS_MS);
  });

  test('makes every queue a durable quorum queue', () => {
    const { places } = topologyOf({ prefix: '', retryDelaysMs: RETRY_DELAYS_MS });
    const declared = [...places.values()].flatMap(({ work, retries, dead }) => [work, ...retries, dead]);
    expect(declared).toHaveLength(15);
    for (const queue of declared) {
      expect(queue.durable).toBe(true);
      expect(queue.arguments['x-queue-type']).toBe('quorum');
    }
  });

  test('gives no dead letter up for having been looked at', () => {
    const { places } = topologyOf({ prefix: '', retryDelaysMs: [] });
    // Without a limit of its own, RabbitMQ 4 gives a message up that was given back 20 times.
    for (const { dead } of places.values()) expect(dead.arguments['x-delivery-limit']).toBeGreaterThan(1_000_000);
  });
});

describe.skipIf(!url)('a queue that somebody else declared otherwise', () => {
  test('makes us unhealthy and our publishes refused, with the broker’s reason; it does not end the process', async () => {
    const prefix = `t${randomUUID().slice(0, 8)}.`;
    const details: string[] = [];
    const rabbit = await openRabbit({
      url,
      prefix,
      retryDelaysMs: [],
      report: ({ detail = '' }) => details.push(detail),
    });
    await rabbit.outside.queueDeclare({ queue: `${prefix}webhook-queue`, durable: false });
    await rabbit.queues.consume('webhook-queue', { prefetch: 1 }, async () => undefined);
    const refused = { code: 'unavailable', message: expect.stringContaining('PRECONDITION_FAILED') };
    const publishing = rabbit.queues.publish('webhook-queue', [{ id: '1', type: 't', body: '{}' }]);
    await expect(publishing).rejects.toMatchObject(refused);
    expect(await rabbit.queues.health()).toMatchObject({ state: 'down' });
    await expect.poll(() => details.join(), PATIENTLY).toContain('PRECONDITION_FAILED');
    await rabbit.close();
  });
});
