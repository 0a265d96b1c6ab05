import { Fault, type Message } from '@freeway/core';
import type { PgBoss } from 'pg-boss';
import type { Nudges } from './nudges.ts';
import { queueFault } from './queue-fault.ts';
import { storedMessage } from './stored-message.ts';

export interface QueuePublisher {
  /** One insert, all or nothing. Calls run one after the other: that is what keeps their order. */
  publish(queue: string, messages: readonly Message[]): Promise<void>;
  /** Refuses new messages and waits for those under way. */
  close(): Promise<void>;
}

export function createQueuePublisher(boss: PgBoss, nudges: Nudges): QueuePublisher {
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;
  let published = 0;

  /** Microseconds of our clock, never the same twice. */
  function nextPublished(): number {
    published = Math.max(published + 1, Date.now() * 1_000);
    return published;
  }

  async function insert(queue: string, messages: readonly Message[]): Promise<void> {
    const jobs = messages.map((message, index) => ({
      data: storedMessage(message, nextPublished()),
      // Relative to the database's clock: due already, and ascending (start-boss.ts says why).
      startAfter: `${index - messages.length} microseconds`,
    }));
    try {
      await boss.insert(queue, jobs);
    } catch (error) {
      throw queueFault(error);
    }
    nudges.nudge(queue);
  }

  return {
    publish(queue, messages) {
      if (closed) return Promise.reject(new Fault('unavailable', 'the queues are closed'));
      if (messages.length === 0) return Promise.resolve();
      const publishing = last.then(() => insert(queue, messages));
      last = publishing.catch(() => undefined);
      return publishing;
    },
    async close() {
      closed = true;
      await last;
    },
  };
}
