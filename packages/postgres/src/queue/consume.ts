import { InvalidMessage, type Consumer, type Delivery, type QueueName } from '@freeway/core';
import type { PgBoss } from 'pg-boss';
import { createAcks } from './acks.ts';
import { createBell } from './bell.ts';
import { createClaims, type Claim } from './claims.ts';
import type { MoveAside } from './move-aside.ts';
import type { Nudges } from './nudges.ts';
import { errorText, type ReportQueueEvent } from './queue-event.ts';
import { TOUCH_EVERY_MS } from './queue-table.ts';
import { readStored } from './stored-message.ts';

export interface ConsumeOptions {
  readonly boss: PgBoss;
  readonly queue: QueueName;
  readonly prefix: string;
  readonly prefetch: number;
  readonly pollEveryMs: number;
  readonly handle: (delivery: Delivery) => Promise<void>;
  readonly moveAside: MoveAside;
  readonly nudges: Nudges;
  readonly report: ReportQueueEvent;
}

/** After a fetch that failed: the database needs the time. */
const FETCH_PAUSE_MS = 1_000;

/**
 * Consumes one queue: fetches as many messages as there is room for, and again as soon as there is room or news. A message
 * is removed once its handler has resolved, or in the transaction that puts it where it is retried or dead. What cannot be
 * removed stays claimed until its holder counts as dead, and is delivered again.
 */
export function startConsumer(options: ConsumeOptions): Consumer {
  const { boss, queue, prefetch, moveAside, report } = options;
  const name = options.prefix + queue;
  const bell = createBell();
  const unsubscribe = options.nudges.subscribe(name, bell);
  const claims = createClaims(boss, name, queue, report);
  const ack = createAcks(boss, name);
  const held = new Map<Claim, Promise<void>>();
  const state = { stopping: false, moreWaiting: false };

  async function fetchUntilStopped(): Promise<void> {
    while (!state.stopping) {
      const room = prefetch - held.size;
      const taken = room > 0 ? await claims.take(room) : [];
      if (state.stopping) return claims.giveBack(taken ?? []);
      for (const claim of taken ?? []) hold(claim);
      state.moreWaiting = taken !== undefined && taken.length === room;
      if (taken === undefined) await bell.wait(FETCH_PAUSE_MS);
      else await bell.wait(options.pollEveryMs);
    }
  }

  function hold(claim: Claim): void {
    const handling = handleOrMove(claim)
      .catch((error: unknown) => report({ event: 'error', queue, detail: `will come again: ${errorText(error)}` }))
      .finally(() => {
        held.delete(claim);
        if (state.moreWaiting) bell.ring();
      });
    held.set(claim, handling);
  }

  async function handleOrMove(claim: Claim): Promise<void> {
    const delivery = readStored(claim.data);
    if (delivery === undefined) {
      return moveAside.toDead(claim, 'not_ours', {
        attempt: 1,
        error: 'the row was not written by a publisher of ours',
      });
    }
    try {
      await options.handle(delivery);
    } catch (error) {
      const failure = { attempt: delivery.attempt, error: errorText(error) };
      if (error instanceof InvalidMessage) return moveAside.toDead(claim, 'invalid_message', failure);
      return moveAside.toRetry(claim, failure);
    }
    await ack(claim);
  }

  const keeping = setInterval(() => claims.keep(held.keys()), TOUCH_EVERY_MS);
  const fetching = fetchUntilStopped();

  return {
    async stop() {
      state.stopping = true;
      unsubscribe();
      bell.ring();
      await fetching;
      await Promise.all(held.values());
      clearInterval(keeping);
    },
  };
}
