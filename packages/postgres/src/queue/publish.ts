import { Fault, type Message } from '@freeway/core';
import type { JobInsert, PgBoss } from 'pg-boss';
import type { Nudges } from './nudges.ts';
import { queueFault } from './queue-fault.ts';
import { storedMessage, type StoredMessage } from './stored-message.ts';

export interface QueuePublisher {
  /** All or nothing. Resolves once they are on disk, in the order of the calls. */
  publish(queue: string, messages: readonly Message[]): Promise<void>;
  /** Refuses new messages and waits for those under way. */
  close(): Promise<void>;
}

/** A call that waits for its insert. */
interface Waiting {
  readonly queue: string;
  readonly messages: readonly StoredMessage[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Messages in one insert, at most; a call with more is an insert of its own. */
const BATCH_MAX = 500;

/**
 * One insert at a time: that is what keeps the order. Calls that come while one is under way go together in the next, one
 * commit for many; for one that the database refuses, its companions are not: then each goes alone.
 */
export function createQueuePublisher(boss: PgBoss, nudges: Nudges): QueuePublisher {
  let waiting: Waiting[] = [];
  let inserting: Promise<void> | undefined;
  let closed = false;
  let published = 0;

  /** Microseconds of our clock, never the same twice. */
  function nextPublished(): number {
    published = Math.max(published + 1, Date.now() * 1_000);
    return published;
  }

  async function insertAll(): Promise<void> {
    while (waiting.length > 0) {
      const batch = takeBatch();
      try {
        await insert(batch);
      } catch (error) {
        if (error instanceof Fault || batch.length === 1) for (const { reject } of batch) reject(error);
        else for (const call of batch) await insert([call]).catch(call.reject);
      }
    }
    inserting = undefined;
  }

  /** The first calls, as long as they are for the same queue. */
  function takeBatch(): readonly Waiting[] {
    const [first] = waiting;
    let count = first?.messages.length ?? 0;
    const end = waiting.findIndex(({ queue, messages }, index) => {
      if (index > 0) count += messages.length;
      return queue !== first?.queue || (index > 0 && count > BATCH_MAX);
    });
    return waiting.splice(0, end === -1 ? waiting.length : end);
  }

  async function insert(batch: readonly Waiting[]): Promise<void> {
    const [{ queue } = { queue: '' }] = batch;
    const all = batch.flatMap(({ messages }) => messages);
    const jobs: JobInsert<StoredMessage>[] = all.map((data, index) => ({
      data,
      // Relative to the database's clock: due already, and ascending (start-boss.ts says why).
      startAfter: `${index - all.length} microseconds`,
    }));
    try {
      await boss.insert(queue, jobs);
    } catch (error) {
      throw queueFault(error);
    }
    nudges.nudge(queue);
    for (const { resolve } of batch) resolve();
  }

  return {
    async publish(queue, messages) {
      if (closed) throw new Fault('unavailable', 'the queues are closed');
      if (messages.length === 0) return;
      const stored = messages.map((message) => storedMessage(message, nextPublished()));
      await new Promise<void>((resolve, reject) => {
        waiting.push({ queue, messages: stored, resolve, reject });
        inserting ??= insertAll();
      });
    },
    async close() {
      closed = true;
      await inserting;
    },
  };
}
