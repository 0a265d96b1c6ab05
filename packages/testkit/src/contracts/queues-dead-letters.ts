// oxlint-disable max-lines-per-function -- a suite, like those in the test folders

import { InvalidMessage, type DeadLetterProgress, type Message, type QueueName } from '@freeway/core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { collector, eventually, someMessage, type QueuesUnderTest } from './queues-under-test.ts';

const QUEUE = 'webhook-queue';
const NOTHING = { total: 0, examined: 0, matching: 0, unknownIds: [] };

export function deadLettersContract(openFresh: (retryDelaysMs?: number[]) => Promise<QueuesUnderTest>): void {
  describe('dead letters', () => {
    let own: QueuesUnderTest;
    beforeAll(async () => {
      own = await openFresh([5, 10, 15]);
    });
    afterAll(() => own?.close());
    beforeEach(async () => {
      await own.queues.deadLetters.discard(QUEUE, {});
      expect(await own.deadLetters(QUEUE)).toEqual([]);
    });

    const statistics = async () => (await own.queues.statistics()).find(({ queue }) => queue === QUEUE);
    /** Not at once: who looked at letters may be giving them back. */
    const countsAre = (dead: number) =>
      eventually(statistics, (counts) => counts?.dead === dead && counts.ready === 0 && counts.inFlight === 0);

    /** Publishes messages and lets each fail with its error, until all are dead. */
    async function kill(...failures: readonly { readonly message: Message; readonly error: Error }[]): Promise<void> {
      const errors = new Map(failures.map(({ message, error }) => [message.id, error]));
      const before = (await statistics())?.dead ?? 0;
      // One at a time: they die in the order of publication.
      const consumer = await own.queues.consume(QUEUE, { prefetch: 1 }, async ({ id }) => {
        const error = errors.get(id);
        if (error !== undefined) throw error;
      });
      await own.queues.publish(
        QUEUE,
        failures.map(({ message }) => message),
      );
      await countsAre(before + failures.length);
      await consumer.stop();
    }

    /** Messages that are dead for the same reason, in this order. */
    async function killAll(count: number, fields: Partial<Message> = {}): Promise<readonly Message[]> {
      const messages = Array.from({ length: count }, () => someMessage(fields));
      await kill(...messages.map((message) => ({ message, error: new InvalidMessage('not like this') })));
      return messages;
    }

    /** What is delivered to a handler that fails nothing, until it has seen all of these. */
    async function delivered(wanted: readonly string[]) {
      const missing = new Set(wanted);
      const seen = collector(0);
      const all = Promise.withResolvers<void>();
      const consumer = await own.queues.consume(QUEUE, { prefetch: 20 }, async (delivery) => {
        await seen.handle(delivery);
        missing.delete(delivery.id);
        if (missing.size === 0) all.resolve();
      });
      await all.promise;
      await consumer.stop();
      return seen.deliveries;
    }

    test('are shown with all that is known of their failures', async () => {
      const sinceMs = Date.now();
      const poison = someMessage({ type: 'archived', body: '{"poison":"☠", "amount": 1.10}' });
      await kill({ message: poison, error: new Error('archive away') });
      const { letters } = await own.queues.deadLetters.list(QUEUE, { ids: [poison.id] }, 10);
      const { firstFailedAtMs = 0, lastFailedAtMs = 0, ...letter } = letters[0] ?? {};
      expect(letters).toHaveLength(1);
      expect(letter).toEqual({
        id: poison.id,
        type: 'archived',
        body: poison.body,
        reason: 'attempts_exhausted',
        originalQueue: QUEUE,
        attempts: 4,
        redriven: 0,
        firstError: 'Error: archive away',
        lastError: 'Error: archive away',
      });
      expect(firstFailedAtMs).toBeGreaterThanOrEqual(sinceMs);
      expect(lastFailedAtMs).toBeGreaterThan(firstFailedAtMs);
    });

    test('are listed the oldest first, counted beyond the limit, and found by any filter', async () => {
      const [away, wrong, other] = [someMessage({ type: 'a' }), someMessage({ type: 'a' }), someMessage({ type: 'b' })];
      await kill({ message: away, error: new Error('the archive is Away') });
      await kill({ message: wrong, error: new InvalidMessage('no token') });
      await kill({ message: other, error: new InvalidMessage('no type') });
      const { deadLetters } = own.queues;
      const all = await deadLetters.list(QUEUE, {}, 10);
      expect(ids(all.letters)).toEqual(ids([away, wrong, other]));
      expect(all).toMatchObject({ total: 3, examined: 3, matching: 3, unknownIds: [] });
      const two = await deadLetters.list(QUEUE, {}, 2);
      expect(ids(two.letters)).toEqual(ids([away, wrong]));
      expect(two).toMatchObject({ total: 3, matching: 3 });

      const { lastFailedAtMs = 0 } = all.letters[1] ?? {};
      const found = async (filter: Parameters<typeof deadLetters.list>[1]) =>
        ids((await deadLetters.list(QUEUE, filter, 10)).letters);
      expect(await found({ types: ['a'] })).toEqual(ids([away, wrong]));
      expect(await found({ reasons: ['invalid_message'] })).toEqual(ids([wrong, other]));
      expect(await found({ errorText: 'archive is away' })).toEqual(ids([away]));
      expect(await found({ failedBeforeMs: lastFailedAtMs })).toEqual(ids([away]));
      expect(await found({ failedAfterMs: lastFailedAtMs })).toEqual(ids([other]));
      expect(await found({ types: ['a'], reasons: ['invalid_message'] })).toEqual(ids([wrong]));
      expect(await deadLetters.list(QUEUE, { ids: [wrong.id, 'nobody'] }, 10)).toMatchObject({
        total: 3,
        matching: 1,
        unknownIds: ['nobody'],
      });
    });

    test('none: every verb says so', async () => {
      const { deadLetters } = own.queues;
      expect(await deadLetters.list(QUEUE, {}, 10)).toEqual({ ...NOTHING, letters: [] });
      expect(await deadLetters.redrive(QUEUE, {})).toEqual({ ...NOTHING, done: 0, ids: [] });
      expect(await deadLetters.discard(QUEUE, {})).toEqual({ ...NOTHING, done: 0, ids: [] });
    });

    test('an id that is not there is named, and nothing else is touched', async () => {
      const [letter] = await killAll(1);
      const { deadLetters } = own.queues;
      const outcome = { total: 1, examined: 1, matching: 0, unknownIds: ['nobody'], done: 0, ids: [] };
      expect(await deadLetters.redrive(QUEUE, { ids: ['nobody'] })).toEqual(outcome);
      expect(await deadLetters.discard(QUEUE, { ids: ['nobody'] })).toEqual(outcome);
      expect(ids((await deadLetters.list(QUEUE, {}, 10)).letters)).toEqual([letter?.id]);
    });

    test('a queue that is not in the table is refused', async () => {
      const { deadLetters } = own.queues;
      const queue = 'no-such-queue' as QueueName;
      await expect(deadLetters.list(queue, {}, 1)).rejects.toThrow(queue);
      await expect(deadLetters.redrive(queue, {})).rejects.toThrow(queue);
      await expect(deadLetters.discard(queue, {})).rejects.toThrow(queue);
    });

    test('a dry run says what would be done and changes nothing', async () => {
      const [first, second] = await killAll(2);
      const before = await own.deadLetters(QUEUE);
      for (const verb of ['redrive', 'discard'] as const) {
        const outcome = await own.queues.deadLetters[verb](QUEUE, { ids: [second?.id ?? ''] }, { dryRun: true });
        expect(outcome).toMatchObject({ total: 2, matching: 1, done: 0, ids: [second?.id] });
      }
      const sorted = await eventually(
        () => own.deadLetters(QUEUE),
        (letters) => letters.length === 2,
      );
      expect(sorted).toEqual(before);
      expect(ids(sorted)).toEqual(ids([first!, second!]));
      await countsAre(2);
    });

    test('one that is redriven is delivered as it was, as a first attempt; the others stay', async () => {
      const whole = someMessage({ replyTo: 'somewhere', correlationId: 'c-1', body: '{"n": 12345678901234567890.10}' });
      const [before, after] = [someMessage(), someMessage()];
      const error = new InvalidMessage('not yet');
      await kill(...[before, whole, after].map((message) => ({ message, error })));
      const outcome = await own.queues.deadLetters.redrive(QUEUE, { ids: [whole.id] });
      expect(outcome).toEqual({ total: 3, examined: 3, matching: 1, unknownIds: [], done: 1, ids: [whole.id] });
      expect(await delivered([whole.id])).toEqual([{ ...whole, attempt: 1 }]);
      expect(ids((await own.queues.deadLetters.list(QUEUE, {}, 10)).letters)).toEqual(ids([before, after]));
    });

    test('by a filter, those that match go back in their order', async () => {
      const [first, third] = [someMessage({ type: 'a' }), someMessage({ type: 'a' })];
      const second = someMessage({ type: 'b' });
      const error = new InvalidMessage('not yet');
      await kill(...[first, second, third].map((message) => ({ message, error })));
      expect(await own.queues.deadLetters.redrive(QUEUE, { types: ['a'] })).toMatchObject({ matching: 2, done: 2 });
      expect(ids(await delivered(ids([first, third])))).toEqual(ids([first, third]));
      expect(ids((await own.queues.deadLetters.list(QUEUE, {}, 10)).letters)).toEqual([second.id]);
    });

    test('all of them go back, in their order, with progress on the way', async () => {
      const messages = await killAll(450);
      const progress: DeadLetterProgress[] = [];
      const onProgress = (step: DeadLetterProgress) => void progress.push(step);
      const outcome = await own.queues.deadLetters.redrive(QUEUE, {}, { onProgress });
      expect(outcome).toMatchObject({ total: 450, examined: 450, matching: 450, done: 450 });
      expect(outcome.ids).toEqual(ids(messages).slice(0, 100));
      expect(progress.length).toBeGreaterThan(1);
      expect(progress.at(-1)).toMatchObject({ total: 450, examined: 450, matching: 450, done: 450 });
      expect(progress.map(({ done }) => done)).toEqual(progress.map(({ done }) => done).toSorted((a, b) => a - b));
      expect(ids(await delivered(ids(messages)))).toEqual(ids(messages));
      expect(await own.queues.deadLetters.list(QUEUE, {}, 10)).toEqual({ ...NOTHING, letters: [] });
    });

    test('one that is discarded is gone for good; the others stay', async () => {
      const [gone, stays] = await killAll(2);
      expect(await own.queues.deadLetters.discard(QUEUE, { ids: [gone!.id] })).toMatchObject({ total: 2, done: 1 });
      expect(ids((await own.queues.deadLetters.list(QUEUE, {}, 10)).letters)).toEqual([stays!.id]);
      await countsAre(1);
    });

    test('one that fails again is dead again, with its whole history', async () => {
      const poison = someMessage();
      await kill({ message: poison, error: new Error('archive away') });
      const errors = [new InvalidMessage('and it is wrong'), new Error('away again')];
      for (const error of errors) {
        const consumer = await own.queues.consume(QUEUE, { prefetch: 1 }, () => Promise.reject(error));
        await own.queues.deadLetters.redrive(QUEUE, {});
        await eventually(
          () => own.deadLetters(QUEUE),
          (letters) => letters.length === 1 && letters[0]?.lastError === `${error.name}: ${error.message}`,
        );
        await consumer.stop();
      }
      const { letters } = await own.queues.deadLetters.list(QUEUE, {}, 10);
      expect(letters).toMatchObject([
        {
          id: poison.id,
          body: poison.body,
          reason: 'attempts_exhausted',
          // 4 at first, 1 when it was wrong, 4 when the archive was away again.
          attempts: 9,
          redriven: 2,
          firstError: 'Error: archive away',
          lastError: 'Error: away again',
        },
      ]);
      expect(await own.deadLetters(QUEUE)).toMatchObject([{ redriven: 2, attempts: 9 }]);
    });

    test('a redrive ends although what it redrives dies again at once', async () => {
      await killAll(250);
      const consumer = await own.queues.consume(QUEUE, { prefetch: 20 }, () =>
        Promise.reject(new InvalidMessage('still not')),
      );
      expect(await own.queues.deadLetters.redrive(QUEUE, {})).toMatchObject({ total: 250, done: 250 });
      await countsAre(250);
      await consumer.stop();
      const { letters } = await own.queues.deadLetters.list(QUEUE, {}, 250);
      expect(letters.every(({ redriven }) => redriven === 1)).toBe(true);
    });

    test('a process that dies while it redrives loses nothing', async () => {
      const messages = await killAll(450);
      await own.dieRedriving(QUEUE);
      const left = await eventually(
        () => own.queues.deadLetters.list(QUEUE, {}, 1),
        ({ total }) => total > 0,
      );
      expect(left.total).toBeLessThanOrEqual(450);
      await own.queues.deadLetters.redrive(QUEUE, {});
      const seen = await delivered(ids(messages));
      expect(new Set(ids(seen))).toEqual(new Set(ids(messages)));
      expect(await own.deadLetters(QUEUE)).toEqual([]);
    });

    test('looking at them again and again loses none, and keeps their order', async () => {
      const messages = await killAll(5);
      for (let look = 0; look < 30; look += 1) {
        const { letters } = await own.queues.deadLetters.list(QUEUE, {}, 10);
        expect(ids(letters)).toEqual(ids(messages));
      }
    });

    test('two who look at the same time both see all', async () => {
      const messages = await killAll(50);
      const looks = await Promise.all([1, 2, 3].map(() => own.queues.deadLetters.list(QUEUE, {}, 100)));
      for (const { letters } of looks) expect(ids(letters)).toEqual(ids(messages));
    });

    test('after close(), every verb is refused', async () => {
      const fresh = await openFresh();
      await fresh.queues.close();
      const refused = { name: 'Fault', code: 'unavailable' };
      await expect(fresh.queues.deadLetters.list(QUEUE, {}, 1)).rejects.toMatchObject(refused);
      await expect(fresh.queues.deadLetters.redrive(QUEUE, {})).rejects.toMatchObject(refused);
      await expect(fresh.queues.deadLetters.discard(QUEUE, {})).rejects.toMatchObject(refused);
      await fresh.close();
    });
  });
}

function ids(letters: readonly { readonly id: string }[]): string[] {
  return letters.map(({ id }) => id);
}
