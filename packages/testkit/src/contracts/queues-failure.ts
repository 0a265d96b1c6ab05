// oxlint-disable max-lines-per-function -- a suite, like those in the test folders

import { InvalidMessage, type QueueName } from '@freeway/core';
import { expect, test } from 'vitest';
import { collector, eventually, someMessage, type QueuesUnderTest } from './queues-under-test.ts';

export function failureContract(shared: () => QueuesUnderTest): void {
  const deadLetterOf = async (queue: QueueName, id: string) => {
    const found = await eventually(
      async () => (await shared().deadLetters(queue)).filter((letter) => letter.id === id),
      (letters) => letters.length > 0,
    );
    expect(found).toHaveLength(1);
    return found[0];
  };

  test('a handler that keeps failing sees attempts 1 to 4, then the message is dead with its history', async () => {
    const { queues } = shared();
    const attempts: number[] = [];
    const consumer = await queues.consume('webhook-queue', { prefetch: 5 }, async ({ attempt }) => {
      attempts.push(attempt);
      throw new Error(`no luck at ${attempt}`);
    });
    const message = someMessage({ body: '{"poison":"☠"}' });
    await queues.publish('webhook-queue', [message]);
    const letter = await deadLetterOf('webhook-queue', message.id);
    expect(attempts).toEqual([1, 2, 3, 4]);
    expect(letter).toMatchObject({
      type: message.type,
      body: message.body,
      reason: 'attempts_exhausted',
      attempts: 4,
      originalQueue: 'webhook-queue',
      firstError: 'Error: no luck at 1',
      lastError: 'Error: no luck at 4',
    });
    expect(Date.parse(letter?.firstFailedAt ?? '')).toBeLessThan(Date.parse(letter?.lastFailedAt ?? ''));
    await consumer.stop();
  });

  test('a message that waits for its retry holds up nobody, and keeps what it was', async () => {
    const { queues } = shared();
    const failing = someMessage({ replyTo: 'r', correlationId: 'c' });
    const others = [someMessage(), someMessage()];
    const seen = collector(4);
    const consumer = await queues.consume('jit-funding-queue', { prefetch: 1 }, async (delivery) => {
      await seen.handle(delivery);
      if (delivery.id === failing.id && delivery.attempt === 1) throw new Error('not now');
    });
    await queues.publish('jit-funding-queue', [failing, ...others]);
    expect(await seen.all).toEqual([
      { ...failing, attempt: 1 },
      { ...others[0], attempt: 1 },
      { ...others[1], attempt: 1 },
      { ...failing, attempt: 2 },
    ]);
    await consumer.stop();
    expect((await shared().deadLetters('jit-funding-queue')).map(({ id }) => id)).not.toContain(failing.id);
  });

  test('an InvalidMessage is dead at once, with the reason', async () => {
    const { queues } = shared();
    const seen = collector(1);
    const consumer = await queues.consume('transaction-processing-queue', { prefetch: 5 }, async (delivery) => {
      await seen.handle(delivery);
      throw new InvalidMessage('no transaction token');
    });
    const message = someMessage();
    await queues.publish('transaction-processing-queue', [message]);
    const letter = await deadLetterOf('transaction-processing-queue', message.id);
    expect(letter).toMatchObject({
      reason: 'invalid_message',
      attempts: 1,
      firstError: 'InvalidMessage: no transaction token',
      lastError: 'InvalidMessage: no transaction token',
      originalQueue: 'transaction-processing-queue',
    });
    expect(seen.deliveries).toHaveLength(1);
    await consumer.stop();
  });

  test('an InvalidMessage at a later attempt keeps the first error', async () => {
    const { queues } = shared();
    const consumer = await queues.consume('transaction-processing-queue', { prefetch: 5 }, async ({ attempt }) => {
      if (attempt === 1) throw new Error('database away');
      throw new InvalidMessage('and it is wrong, too');
    });
    const message = someMessage();
    await queues.publish('transaction-processing-queue', [message]);
    expect(await deadLetterOf('transaction-processing-queue', message.id)).toMatchObject({
      reason: 'invalid_message',
      attempts: 2,
      firstError: 'Error: database away',
      lastError: 'InvalidMessage: and it is wrong, too',
    });
    await consumer.stop();
  });

  test('a message is delivered again when the process that held it has died', async () => {
    const { queues, dieHolding } = shared();
    const message = someMessage();
    await queues.publish('webhook-queue', [message]);
    await dieHolding('webhook-queue');
    const seen = collector(1);
    const consumer = await queues.consume('webhook-queue', { prefetch: 5 }, seen.handle);
    expect(await seen.all).toEqual([{ ...message, attempt: 1 }]);
    await consumer.stop();
  });
}
