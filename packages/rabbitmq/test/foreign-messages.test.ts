import { randomUUID } from 'node:crypto';
import type { Delivery } from '@freeway/core';
import type { Envelope } from 'rabbitmq-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRabbit } from './rabbit-under-test.ts';

const url = process.env.TEST_RABBITMQ_URL ?? '';

/** For what comes by itself, but on a busy machine not at once. */
const PATIENTLY = { timeout: 15_000 };

describe.skipIf(!url)('messages that other programs publish', () => {
  const prefix = `t${randomUUID().slice(0, 8)}.`;
  let rabbit: Awaited<ReturnType<typeof openRabbit>>;
  const delivered: Delivery[] = [];

  beforeAll(async () => {
    rabbit = await openRabbit({ url, prefix, retryDelaysMs: [50, 100, 150] });
    await rabbit.queues.publish('jit-funding-queue', []);
    await rabbit.queues.consume('jit-funding-queue', { prefetch: 5 }, async (delivery) => {
      delivered.push(delivery);
      if (delivery.replyTo === undefined) return;
      const { correlationId = '' } = delivery;
      await rabbit.queues.reply(delivery.replyTo, { id: randomUUID(), type: 'answered', body: '{}', correlationId });
    });
  });
  afterAll(() => rabbit?.close());

  async function publish(envelope: Envelope, body: unknown): Promise<void> {
    await using publisher = Object.assign(rabbit.outside.createPublisher({ confirm: true }), {
      [Symbol.asyncDispose]: async () => publisher.close(),
    });
    await publisher.send({ routingKey: `${prefix}jit-funding-queue`, ...envelope }, body);
  }

  async function deadReasonOf(id: string): Promise<string | undefined> {
    await expect.poll(async () => (await dead(id)) !== undefined, PATIENTLY).toBe(true);
    return dead(id).then((letter) => `${letter?.reason}: ${letter?.lastError}`);
  }
  const dead = async (id: string) =>
    (await rabbit.deadLetters('jit-funding-queue')).find((letter) => letter.id === id || letter.body.includes(id));

  test('an object that a client encodes as JSON is delivered', async () => {
    await publish({ messageId: 'f1', type: 'asked' }, { amount: 10.5, text: 'ü' });
    await expect.poll(() => delivered.find(({ id }) => id === 'f1'), PATIENTLY).toBeDefined();
    const body = delivered.find(({ id }) => id === 'f1')?.body ?? '';
    expect(JSON.parse(body)).toEqual({ amount: 10.5, text: 'ü' });
  });

  test('an RPC client that names neither id nor type asks, and gets its answer by direct reply-to', async () => {
    const client = rabbit.outside.createRPCClient({ confirm: true, timeout: 5_000 });
    const answer = await client.send(`${prefix}jit-funding-queue`, { amount: 1 });
    expect(answer.type).toBe('answered');
    const asked = delivered.find(({ correlationId }) => correlationId === answer.correlationId);
    expect(asked).toMatchObject({ type: 'authorization_requested', id: answer.correlationId });
    await client.close();
  });

  test('a number that went through a float and may have changed is dead, with the reason', async () => {
    await publish({ messageId: 'f2', type: 'asked' }, { amount: 0.1 + 0.2 });
    expect(await deadReasonOf('f2')).toMatch(/^not_ours: a number of more than 15 digits/);
  });

  test('a message without an id is dead, with the reason', async () => {
    await publish({ type: 'asked' }, { marker: 'no-id' });
    expect(await deadReasonOf('no-id')).toBe('not_ours: the message has neither message-id nor correlation-id');
  });

  test('a message without a type that wants no answer is dead, with the reason', async () => {
    await publish({ messageId: 'f3' }, { marker: 'no-type' });
    expect(await deadReasonOf('f3')).toBe('not_ours: the message has no type');
  });

  test('a body that is not JSON, or not UTF-8, is dead as it was, with the reason', async () => {
    await publish({ messageId: 'f4', type: 'asked' }, 'plain words');
    expect(await deadReasonOf('f4')).toMatch(/^not_ours: the body is not JSON/);
    await publish({ messageId: 'f5', type: 'asked' }, Buffer.from([0x22, 0xff, 0x22]));
    expect(await deadReasonOf('f5')).toMatch(/^not_ours: the body is not JSON/);
  });

  test('an attempt header that is no number counts as a first attempt', async () => {
    await publish({ messageId: 'f6', type: 'asked', headers: { 'x-attempt': 'many' } }, {});
    await expect.poll(() => delivered.find(({ id }) => id === 'f6')?.attempt, PATIENTLY).toBe(1);
  });
});
