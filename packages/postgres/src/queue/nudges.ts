import type { Db } from 'pg-boss';
import type { Bell } from './bell.ts';
import { errorText, type ReportQueueEvent } from './queue-event.ts';

/** Wakes the consumers of a queue, here and in other processes, when something was published. Only a hint: they poll too. */
export interface Nudges {
  nudge(queue: string): void;
  /** Returns the function that unsubscribes. */
  subscribe(queue: string, bell: Bell): () => void;
  close(): Promise<void>;
}

const CHANNEL = 'freeway_queue';

/** The notification is a transaction of its own, after the insert's: its commit lock never delays a message or a decision. */
export async function openNudges(db: Db, report: ReportQueueEvent): Promise<Nudges> {
  const bells = new Map<string, Set<Bell>>();
  const ringFor = (queue: string) => {
    for (const bell of bells.get(queue) ?? []) bell.ring();
  };
  const ringAll = () => {
    for (const queue of bells.keys()) ringFor(queue);
  };
  // After a reconnect, notifications may have been missed.
  const listening = await db.listen?.(CHANNEL, ringFor, ringAll);
  return {
    nudge(queue) {
      ringFor(queue);
      db.executeSql('select pg_notify($1, $2)', [CHANNEL, queue]).catch((error: unknown) => {
        report({ event: 'error', detail: `no notification sent: ${errorText(error)}` });
      });
    },
    subscribe(queue, bell) {
      const set = bells.get(queue) ?? new Set();
      bells.set(queue, set.add(bell));
      return () => void set.delete(bell);
    },
    close: async () => listening?.close(),
  };
}
