import { randomUUID } from 'node:crypto';
import type { Message } from '@freeway/core';
import { queuesContract } from '@freeway/testkit/contracts/queues';
import { openFaultProxy } from '@freeway/testkit/fault-proxy';
import { describe, expect, test } from 'vitest';
import { createPostgresQueues } from '../src/queue/postgres-queues.ts';
import { openPostgres } from './queue-under-test.ts';

const databaseUrl = process.env.TEST_DATABASE_URL ?? '';

/** For what comes by itself, but on a busy machine not at once. */
const PATIENTLY = { timeout: 15_000 };

describe.skipIf(!databaseUrl)('the contract', () => {
  queuesContract('PostgreSQL', openPostgres);
});

const newPrefix = () => `t${randomUUID().slice(0, 8)}.`;
const queueOf = (n: number) => (n % 3 === 0 ? 'webhook-queue' : 'jit-funding-queue');
const message = (n: number): Message => ({ id: `m${n}`, type: 'counted', body: String(n) });

describe.skipIf(!databaseUrl)('queues in PostgreSQL', () => {
  const retryDelaysMs = [50, 100, 150];

  test('a row that something else wrote is dead at once, as it was', async () => {
    const prefix = newPrefix();
    const { queues, outside, close } = await openPostgres({ prefix, retryDelaysMs });
    await outside`insert into queue.job (name, data) values (${prefix + 'webhook-queue'}, '{"who":"knows"}')`;
    const consumer = await queues.consume('webhook-queue', { prefetch: 1 }, () => Promise.reject(new Error('handled')));
    const dead = () => outside`select data from queue.job where name = ${prefix + 'webhook-dlq'}`;
    await expect
      .poll(dead, PATIENTLY)
      .toMatchObject([{ data: { who: 'knows', failure: { reason: 'not_ours', attempts: 1 } } }]);
    await consumer.stop();
    await close();
  });

  test('a backlog of many batches keeps its order, also past rows whose space is used again', async () => {
    const { queues, close } = await openPostgres({ prefix: newPrefix(), retryDelaysMs });
    const seen: string[] = [];
    const total = 1_500;
    const all = Promise.withResolvers<void>();
    for (let n = 0; n < total; n += 500) {
      await queues.publish(
        'webhook-queue',
        Array.from({ length: 500 }, (_, k) => message(n + k)),
      );
    }
    const consumer = await queues.consume('webhook-queue', { prefetch: 40 }, async ({ id }) => {
      if (seen.push(id) === total) all.resolve();
    });
    await all.promise;
    expect(seen).toEqual(Array.from({ length: total }, (_, n) => `m${n}`));
    await consumer.stop();
    await close();
  });

  test('a call that the database refuses fails alone: those that went with it are published', async () => {
    const { queues, close } = await openPostgres({ prefix: newPrefix(), retryDelaysMs });
    const refused = { ...message(2), id: 'no text has a \0' };
    const calls = [message(1), refused, message(3), message(4)].map((each) => queues.publish('webhook-queue', [each]));
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    const seen: string[] = [];
    const consumer = await queues.consume('webhook-queue', { prefetch: 1 }, async ({ id }) => void seen.push(id));
    await expect.poll(() => seen, PATIENTLY).toEqual(['m1', 'm3', 'm4']);
    await consumer.stop();
    await close();
  });

  test('calls for several queues at once keep their order on each, and close() waits for them', async () => {
    const prefix = newPrefix();
    const [publisher, reader] = [
      await openPostgres({ prefix, retryDelaysMs }),
      await openPostgres({ prefix, retryDelaysMs }),
    ];
    const numbers = Array.from({ length: 300 }, (_, n) => n);
    const calls = numbers.map((n) => publisher.queues.publish(queueOf(n), [message(n)]));
    await publisher.queues.close();
    await Promise.all(calls);
    for (const queue of ['webhook-queue', 'jit-funding-queue'] as const) {
      const seen: string[] = [];
      const consumer = await reader.queues.consume(queue, { prefetch: 7 }, async ({ id }) => void seen.push(id));
      const expected = numbers.filter((n) => queueOf(n) === queue).map((n) => `m${n}`);
      await expect.poll(() => seen, PATIENTLY).toEqual(expected);
      await consumer.stop();
    }
    await reader.close();
    await publisher.close();
  });

  test('another process is told that something was published: it does not wait for its next look', async () => {
    const prefix = newPrefix();
    const never = { prefix, retryDelaysMs, pollEveryMs: 2 ** 30 };
    const [publisher, other] = [await openPostgres(never), await openPostgres(never)];
    const seen = Promise.withResolvers<string>();
    const consumer = await other.queues.consume('webhook-queue', { prefetch: 1 }, async ({ id }) => seen.resolve(id));
    // Twice: the first look of the consumer may be what finds the first.
    for (const n of [1, 2]) {
      await publisher.queues.publish('webhook-queue', [message(n)]);
      await expect
        .poll(async () => (await other.queues.statistics())[2], PATIENTLY)
        .toMatchObject({ ready: 0, inFlight: 0 });
    }
    expect(await seen.promise).toBe('m1');
    await consumer.stop();
    await other.queues.close();
    await publisher.close();
    await other.close();
  });

  test('after the connections broke, publishing and consuming go on by themselves', async () => {
    const target = new URL(databaseUrl);
    const proxy = await openFaultProxy({ host: target.hostname, port: Number(target.port || 5432) });
    target.host = `127.0.0.1:${proxy.port}`;
    const { queues, close } = await openPostgres({ prefix: newPrefix(), retryDelaysMs, databaseUrl: target.href });
    const seen: string[] = [];
    const consumer = await queues.consume('webhook-queue', { prefetch: 5 }, async ({ id }) => void seen.push(id));
    await queues.publish('webhook-queue', [message(1)]);
    await expect.poll(async () => (await queues.statistics())[2], PATIENTLY).toMatchObject({ ready: 0, inFlight: 0 });
    await proxy.refuse();
    await expect(queues.publish('webhook-queue', [message(2)])).rejects.toMatchObject({ name: 'Fault' });
    expect(await queues.health()).toMatchObject({ state: 'down' });
    await proxy.forward();
    await expect.poll(() => queues.health(), PATIENTLY).toMatchObject({ state: 'up' });
    await queues.publish('webhook-queue', [message(3)]);
    await expect.poll(() => seen, PATIENTLY).toEqual(['m1', 'm3']);
    await consumer.stop();
    await close();
    await proxy.close();
  });

  test('without a server, opening rejects with a Fault', async () => {
    const proxy = await openFaultProxy({ port: 1 });
    await proxy.refuse();
    const opening = createPostgresQueues({ databaseUrl: `postgres://nobody@127.0.0.1:${proxy.port}/nothing` });
    await expect(opening).rejects.toMatchObject({ name: 'Fault', code: 'unavailable' });
  });

  test('an inbox that nothing arrives in says so', async () => {
    const { queues, close } = await openPostgres({ prefix: newPrefix(), retryDelaysMs });
    const inbox = await queues.openReplyInbox('asker');
    expect(await inbox.next(30)).toBeUndefined();
    await inbox.close();
    await expect(queues.reply('asker', message(1))).rejects.toMatchObject({ code: 'unavailable' });
    await close();
  });
});
