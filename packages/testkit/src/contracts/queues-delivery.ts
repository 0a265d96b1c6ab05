// oxlint-disable max-lines-per-function -- a suite, like those in the test folders

import { expect, test } from 'vitest';
import { collector, someMessage, type QueuesUnderTest } from './queues-under-test.ts';

export function deliveryContract(shared: () => QueuesUnderTest): void {
  test('a message arrives with all it was published with', async () => {
    const { queues } = shared();
    const message = someMessage({ type: 'authorization_requested', replyTo: 'somewhere', correlationId: 'c-1' });
    const seen = collector(1);
    const consumer = await queues.consume('jit-funding-queue', { prefetch: 10 }, seen.handle);
    await queues.publish('jit-funding-queue', [message]);
    expect(await seen.all).toEqual([{ ...message, attempt: 1 }]);
    await consumer.stop();
  });

  test('a message without reply-to or correlation id has neither', async () => {
    const { queues } = shared();
    const seen = collector(1);
    await queues.publish('webhook-queue', [someMessage({ id: 'plain' })]);
    const consumer = await queues.consume('webhook-queue', { prefetch: 1 }, seen.handle);
    expect(Object.keys((await seen.all)[0] ?? {}).toSorted()).toEqual(['attempt', 'body', 'id', 'type']);
    await consumer.stop();
  });

  test('a body arrives as the text it was: numbers no float can hold, escapes, any script', async () => {
    const { queues } = shared();
    const bodies = [
      '{"amount": 12345678901234567890.10, "small": 1E+2, "again": 10.500}',
      '{"name":"Zoë Łukasz 山田 🚗 \\u0000 \\ud800 \\"quoted\\" \\\\"}',
      '[]',
      '  {"spaced" : true}\n',
    ];
    const seen = collector(bodies.length);
    const consumer = await queues.consume('webhook-queue', { prefetch: 10 }, seen.handle);
    await queues.publish(
      'webhook-queue',
      bodies.map((body) => someMessage({ body })),
    );
    expect((await seen.all).map(({ body }) => body)).toEqual(bodies);
    await consumer.stop();
  });

  test('a body of 200 KB arrives whole', async () => {
    const { queues } = shared();
    const body = JSON.stringify({ text: 'ß'.repeat(100_000) });
    const seen = collector(2);
    const consumer = await queues.consume('webhook-queue', { prefetch: 10 }, seen.handle);
    await queues.publish('webhook-queue', [someMessage({ body }), someMessage({ body })]);
    expect((await seen.all).every((delivery) => delivery.body === body)).toBe(true);
    await consumer.stop();
  });

  test('messages of one publisher arrive in its order, within a batch and across batches', async () => {
    const { queues } = shared();
    const messages = Array.from({ length: 400 }, (_, n) => someMessage({ body: `{"n":${n}}` }));
    const seen = collector(messages.length);
    // Not awaited one by one: calls that overlap keep their order too.
    await Promise.all(
      [0, 1, 2, 3].map((batch) =>
        queues.publish('transaction-processing-queue', messages.slice(batch * 100, batch * 100 + 100)),
      ),
    );
    const consumer = await queues.consume('transaction-processing-queue', { prefetch: 7 }, seen.handle);
    expect((await seen.all).map(({ id }) => id)).toEqual(messages.map(({ id }) => id));
    await consumer.stop();
  });

  test('queues are apart: what is published to one is not seen on another', async () => {
    const { queues } = shared();
    const here = collector(1);
    const elsewhere = collector(1);
    const consumers = [
      await queues.consume('webhook-queue', { prefetch: 5 }, here.handle),
      await queues.consume('jit-funding-queue', { prefetch: 5 }, elsewhere.handle),
    ];
    const [first, second] = [someMessage(), someMessage()];
    await queues.publish('webhook-queue', [first]);
    await queues.publish('jit-funding-queue', [second]);
    expect((await here.all).map(({ id }) => id)).toEqual([first.id]);
    expect((await elsewhere.all).map(({ id }) => id)).toEqual([second.id]);
    await Promise.all(consumers.map((consumer) => consumer.stop()));
  });

  test('two consumers share a queue: each message goes to one of them', async () => {
    const { queues } = shared();
    const messages = Array.from({ length: 60 }, () => someMessage());
    const seen = collector(messages.length);
    const consumers = [
      await queues.consume('jit-funding-queue', { prefetch: 2 }, seen.handle),
      await queues.consume('jit-funding-queue', { prefetch: 2 }, seen.handle),
    ];
    await queues.publish('jit-funding-queue', messages);
    await seen.all;
    await Promise.all(consumers.map((consumer) => consumer.stop()));
    expect(seen.deliveries.map(({ id }) => id).toSorted()).toEqual(messages.map(({ id }) => id).toSorted());
  });

  test('an answer reaches the one who asked', async () => {
    const { queues, openReplyInbox } = shared();
    const inbox = await openReplyInbox();
    const consumer = await queues.consume('jit-funding-queue', { prefetch: 5 }, async (asked) => {
      const { correlationId = 'none', replyTo = 'none' } = asked;
      await queues.reply(replyTo, someMessage({ type: 'authorization_decided', body: asked.body, correlationId }));
    });
    const question = someMessage({ body: '{"ask":"ü"}', replyTo: inbox.name, correlationId: 'ask-7' });
    await queues.publish('jit-funding-queue', [question]);
    const answer = await inbox.next();
    expect(answer).toMatchObject({ type: 'authorization_decided', body: '{"ask":"ü"}', correlationId: 'ask-7' });
    await consumer.stop();
  });

  test('an answer that nobody waits for is refused, not lost in silence', async () => {
    const { queues } = shared();
    const replying = queues.reply('nobody-listens-here', someMessage());
    await expect(replying).rejects.toMatchObject({ name: 'Fault', code: 'unavailable' });
  });
}
