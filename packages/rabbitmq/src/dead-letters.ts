import {
  createDeadLetterTally,
  type DeadLetter,
  type DeadLetterAction,
  type DeadLetterFilter,
  type DeadLetterOutcome,
  type DeadLetters,
  type QueueName,
} from '@freeway/core';
import { readDeadLetter, redrivenCopy, type IncomingLetter } from './dead-letter.ts';
import type { DeadLetterPass } from './dead-letter-pass.ts';
import { createLookThrough, type LookThroughOptions } from './look-through.ts';
import { queueOfName } from './message.ts';
import type { QueuePlaces, Topology } from './topology.ts';

/** Letters that are examined, and published and acked, at a time. */
const CHUNK = 200;

/**
 * Dead letters on RabbitMQ. AMQP has no way to look at a queue without taking from it: a look holds all letters unacked
 * and gives back those it did not ack. If it dies, the broker gives them back.
 */
export function createDeadLetters(options: LookThroughOptions & { readonly topology: Topology }): DeadLetters {
  const { publisher } = options;
  const lookThrough = createLookThrough(options);
  const placesOf = (queue: QueueName) => queueOfName(options.topology.places, queue);

  async function list(queue: QueueName, filter: DeadLetterFilter, limit: number) {
    const places = placesOf(queue);
    return lookThrough(places, async (pass) => {
      const tally = createDeadLetterTally(filter);
      const letters: DeadLetter[] = [];
      for await (const chunk of chunksOf(pass)) {
        for (const incoming of chunk) {
          const letter = readDeadLetter(incoming, places);
          if (tally.examine(letter) && letters.length < limit) letters.push(letter);
        }
      }
      return { ...tally.counts(pass.total), letters };
    });
  }

  /** `settle` resolves once the letters may go from here. */
  async function act(
    queue: QueueName,
    filter: DeadLetterFilter,
    { dryRun = false, onProgress }: DeadLetterAction,
    settle: (letters: readonly IncomingLetter[], places: QueuePlaces) => Promise<void>,
  ): Promise<DeadLetterOutcome> {
    const places = placesOf(queue);
    return lookThrough(places, async (pass) => {
      const tally = createDeadLetterTally(filter);
      let done = 0;
      for await (const chunk of chunksOf(pass)) {
        const matching = chunk.filter((incoming) => tally.examine(readDeadLetter(incoming, places)));
        if (!dryRun && matching.length > 0) {
          await settle(matching, places);
          pass.ack(matching);
          done += matching.length;
        }
        onProgress?.({ ...tally.counts(pass.total), done });
      }
      return tally.outcome(pass.total, done);
    });
  }

  const publishAgain = (letters: readonly IncomingLetter[], places: QueuePlaces) =>
    publisher.send(letters.map((letter) => redrivenCopy(letter, places)));
  return {
    list,
    redrive: (queue, filter, action = {}) => act(queue, filter, action, publishAgain),
    discard: (queue, filter, action = {}) => act(queue, filter, action, async () => undefined),
  };
}

async function* chunksOf(pass: DeadLetterPass): AsyncIterable<readonly IncomingLetter[]> {
  for (;;) {
    const chunk = await pass.next(CHUNK);
    if (chunk.length === 0) return;
    yield chunk;
  }
}
