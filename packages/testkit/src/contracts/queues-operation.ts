// oxlint-disable max-lines-per-function -- a suite, like those in the test folders

import type { QueueName, Queues } from '@freeway/core';
import { expect, test } from 'vitest';
import { collector, eventually, someMessage, type QueuesUnderTest } from './queues-under-test.ts';

type OpenFresh = (retryDelaysMs?: number[]) => Promise<QueuesUnderTest>;

export function operationContract(shared: () => QueuesUnderTest, openFresh: OpenFresh): void {
  test('never more messages in hand than the prefetch, and as many when there are enough', async () => {
    const { queues } = shared();
    const messages = Array.from({ length: 12 }, () => someMessage());
    const seen = collector(messages.length);
    let inHand = 0;
    let most = 0;
    const consumer = await queues.consume('webhook-queue', { prefetch: 3 }, async (delivery) => {
      inHand += 1;
      most = Math.max(most, inHand);
      await new Promise((resolve) => setTimeout(resolve, 15));
      inHand -= 1;
      await seen.handle(delivery);
    });
    await queues.publish('webhook-queue', messages);
    await seen.all;
    expect(most).toBe(3);
    await consumer.stop();
  });

  test('stop() waits for the message in hand and takes no other', async () => {
    const { queues } = shared();
    const [first, second] = [someMessage(), someMessage()];
    const taken = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const handled: string[] = [];
    const consumer = await queues.consume('jit-funding-queue', { prefetch: 1 }, async ({ id }) => {
      taken.resolve();
      await finish.promise;
      handled.push(id);
    });
    await queues.publish('jit-funding-queue', [first, second]);
    await taken.promise;
    let stopped = false;
    const stopping = consumer.stop().then(() => (stopped = true));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(stopped).toBe(false);
    finish.resolve();
    await stopping;
    expect(handled).toEqual([first.id]);

    const rest = collector(1);
    const next = await queues.consume('jit-funding-queue', { prefetch: 5 }, rest.handle);
    expect((await rest.all).map(({ id }) => id)).toEqual([second.id]);
    await next.stop();
  });

  test('statistics count what waits, what is in hand and what is dead', async () => {
    const fresh = await openFresh();
    const { queues } = fresh;
    const of = (queue: QueueName) => statisticsOf(queues, queue);
    expect(await of('webhook-queue')).toMatchObject({ queue: 'webhook-queue', ready: 0, inFlight: 0, dead: 0 });
    await queues.publish('webhook-queue', [someMessage(), someMessage(), someMessage()]);
    await eventually(
      () => of('webhook-queue'),
      ({ ready }) => ready === 3,
    );
    const fail = Promise.withResolvers<void>();
    const consumer = await queues.consume('webhook-queue', { prefetch: 2 }, () => fail.promise);
    await eventually(
      () => of('webhook-queue'),
      ({ ready, inFlight }) => ready === 1 && inFlight === 2,
    );
    fail.reject(new Error('none of them'));
    const end = await eventually(
      () => of('webhook-queue'),
      // A broker counts one queue after the other: a message on its way may be in two counts.
      ({ dead, ready }) => dead === 3 && ready === 0,
    );
    expect(end).toMatchObject({ queue: 'webhook-queue', ready: 0, inFlight: 0, dead: 3 });
    expect(await of('jit-funding-queue')).toMatchObject({ queue: 'jit-funding-queue', ready: 0, inFlight: 0, dead: 0 });
    await consumer.stop();
    await fresh.close();
  });

  test('a consumer knows how long the oldest message has waited; without messages it is 0', async () => {
    const fresh = await openFresh();
    const { queues } = fresh;
    const age = async () => (await statisticsOf(queues, 'webhook-queue')).oldestAgeMs;
    const end = Promise.withResolvers<void>();
    const consumer = await queues.consume('webhook-queue', { prefetch: 1 }, () => end.promise);
    await queues.publish('webhook-queue', [someMessage(), someMessage()]);
    const first = await eventually(age, (ageMs) => ageMs !== undefined && ageMs > 0);
    await eventually(age, (ageMs) => (ageMs ?? 0) > (first ?? 0));
    end.resolve();
    await eventually(age, (ageMs) => ageMs === 0);
    await consumer.stop();
    await fresh.close();
  });

  test('a message that waits for its retry counts as waiting', async () => {
    const fresh = await openFresh([600_000]);
    const consumer = await fresh.queues.consume('webhook-queue', { prefetch: 2 }, () => Promise.reject(new Error('x')));
    await fresh.queues.publish('webhook-queue', [someMessage()]);
    const waiting = await eventually(
      () => statisticsOf(fresh.queues, 'webhook-queue'),
      ({ ready, inFlight }) => ready === 1 && inFlight === 0,
    );
    expect(waiting.dead).toBe(0);
    await consumer.stop();
    await fresh.close();
  });

  test('health is up, with a latency', async () => {
    const health = await shared().queues.health();
    expect(health.state).toBe('up');
    expect(health.latencyMs).toBeGreaterThan(0);
  });

  test('publishing nothing is fine; publishing to a queue that is not in the table is not', async () => {
    const { queues } = shared();
    await queues.publish('webhook-queue', []);
    await expect(async () => queues.publish('no-such-queue' as QueueName, [someMessage()])).rejects.toThrow(
      'no-such-queue',
    );
  });

  test('close() waits for the message in hand; after it, everything is refused', async () => {
    const fresh = await openFresh();
    const taken = Promise.withResolvers<void>();
    let finished = false;
    await fresh.queues.consume('webhook-queue', { prefetch: 1 }, async () => {
      taken.resolve();
      await new Promise((resolve) => setTimeout(resolve, 100));
      finished = true;
    });
    await fresh.queues.publish('webhook-queue', [someMessage()]);
    await taken.promise;
    await fresh.queues.close();
    expect(finished).toBe(true);
    const unavailable = { name: 'Fault', code: 'unavailable' };
    await expect(fresh.queues.publish('webhook-queue', [someMessage()])).rejects.toMatchObject(unavailable);
    await expect(fresh.queues.reply('anyone', someMessage())).rejects.toMatchObject(unavailable);
    const consuming = fresh.queues.consume('webhook-queue', { prefetch: 1 }, async () => undefined);
    await expect(consuming).rejects.toMatchObject(unavailable);
    await fresh.close();
  });
}

async function statisticsOf(queues: Queues, queue: QueueName) {
  const found = (await queues.statistics()).find((statistics) => statistics.queue === queue);
  if (found === undefined) throw new Error(`no statistics for ${queue}`);
  return found;
}
