import {
  DEAD_LETTER_QUEUES,
  createDeadLetterTally,
  type DeadLetter,
  type DeadLetterAction,
  type DeadLetterFilter,
  type DeadLetterOutcome,
  type DeadLetters,
  type QueueName,
} from '@freeway/core';
import type { Db, PgBoss } from 'pg-boss';
import { readDeadLetter, redrivenData, type DeadRow } from './dead-letter.ts';
import { createDeadRows } from './dead-rows.ts';
import { inTransaction } from './in-transaction.ts';
import type { Nudges } from './nudges.ts';
import { queueFault } from './queue-fault.ts';

export interface DeadLettersOptions {
  readonly boss: PgBoss;
  readonly prefix: string;
  readonly nudges: Nudges;
  /** The queue's name as it is; throws where there is none such, or none any more. */
  readonly openQueue: (queue: QueueName) => QueueName;
}

/** Letters read, and moved in one transaction, at a time. */
const CHUNK = 200;

/** Dead letters in PostgreSQL. Each chunk moves in one transaction: a letter is in one place at any moment, and never in none. */
export function createDeadLetters({ boss, prefix, nudges, openQueue }: DeadLettersOptions): DeadLetters {
  const rowsOf = (queue: QueueName) => createDeadRows(prefix + DEAD_LETTER_QUEUES[queue]);

  async function list(queue: QueueName, filter: DeadLetterFilter, limit: number) {
    const tally = createDeadLetterTally(filter);
    const letters: DeadLetter[] = [];
    const rows = rowsOf(queue);
    const ids = await rows.ids(boss.getDb());
    for (const chunk of chunks(ids)) {
      for (const row of await rows.read(boss.getDb(), chunk)) {
        const letter = readDeadLetter(row, queue);
        if (tally.examine(letter) && letters.length < limit) letters.push(letter);
      }
    }
    return { ...tally.counts(ids.length), letters };
  }

  /** `move` gets the rows that match, locked, in the transaction that removes them. */
  async function act(
    queue: QueueName,
    filter: DeadLetterFilter,
    { dryRun = false, onProgress }: DeadLetterAction,
    move: (rows: readonly DeadRow[], db: Db) => Promise<unknown>,
  ): Promise<DeadLetterOutcome> {
    const tally = createDeadLetterTally(filter);
    const rows = rowsOf(queue);
    const ids = await rows.ids(boss.getDb());
    let done = 0;
    for (const chunk of chunks(ids)) {
      done += await inTransaction(boss, async (db) => {
        const read = await (dryRun ? rows.read : rows.lock)(db, chunk);
        const matching = read.filter((row) => tally.examine(readDeadLetter(row, queue)));
        if (dryRun || matching.length === 0) return 0;
        await rows.remove(db, matching);
        await move(matching, db);
        return matching.length;
      });
      onProgress?.({ ...tally.counts(ids.length), done });
    }
    return tally.outcome(ids.length, done);
  }

  async function redrive(queue: QueueName, filter: DeadLetterFilter, action: DeadLetterAction = {}) {
    const outcome = await act(queue, filter, action, (rows, db) => {
      // Due already, and ascending, as publish.ts does it.
      const jobs = rows.map((row, index) => ({
        data: redrivenData(row, queue),
        startAfter: `${index - rows.length} microseconds`,
      }));
      return boss.insert(prefix + queue, jobs, { db });
    });
    if (outcome.done > 0) nudges.nudge(prefix + queue);
    return outcome;
  }

  return {
    list: async (queue, filter, limit) => list(openQueue(queue), filter, limit).catch(asFault),
    redrive: async (queue, filter, action) => redrive(openQueue(queue), filter, action).catch(asFault),
    discard: async (queue, filter, action = {}) =>
      act(openQueue(queue), filter, action, async () => undefined).catch(asFault),
  };
}

function* chunks<T>(items: readonly T[]): Iterable<readonly T[]> {
  for (let from = 0; from < items.length; from += CHUNK) yield items.slice(from, from + CHUNK);
}

function asFault(error: unknown): never {
  throw queueFault(error);
}
