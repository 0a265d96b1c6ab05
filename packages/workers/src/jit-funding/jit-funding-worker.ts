import { type Archive, type Consumer, type Delivery, InvalidMessage, type OwnerRef, type Queues } from '@freeway/core';
import type { Authorize } from '@freeway/gateway';
import type { Logger, Metrics } from '@freeway/runtime';
import { answerRequest } from './answer-request.ts';
import { archiveDecision } from './archive-decision.ts';
import { createOwnerCorrection } from './correct-owner.ts';
import { createDecidedAmounts } from './decided-amounts.ts';
import { readDecided } from './decided-message.ts';

export interface JitFundingWorkerOptions {
  readonly queues: Queues;
  readonly archive: Archive;
  readonly authorize: Authorize;
  /** Milliseconds that an answer by message may take. */
  readonly deadlineMs: number;
  /** Corrects our fact of a card's owner from the platform's word; resolves to whether it changed. */
  readonly correctCardOwner: (cardToken: string, owner: OwnerRef) => Promise<boolean>;
  readonly prefetch: number;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

const TYPES = ['authorization_decided', 'authorization_requested'] as const;

/** Consumes `jit-funding-queue`: archives decisions, and answers authorization requests that arrive by message. */
export async function startJitFundingWorker(options: JitFundingWorkerOptions): Promise<Consumer> {
  const { queues, archive, authorize, deadlineMs, metrics } = options;
  const handled = metrics.counters('freeway_jit_funding_messages_total', 'Messages handled.', 'type', TYPES);
  const correctOwner = createOwnerCorrection(options);
  const countAmount = createDecidedAmounts(metrics);

  async function handle(delivery: Delivery): Promise<void> {
    const type = TYPES.find((each) => each === delivery.type);
    switch (type) {
      case 'authorization_decided': {
        const decided = readDecided(delivery);
        await correctOwner(decided);
        await archiveDecision(archive, decided);
        countAmount(decided);
        break;
      }
      case 'authorization_requested':
        await answerRequest(delivery, authorize, deadlineMs, queues);
        break;
      case undefined:
        throw new InvalidMessage(`unknown message type ${delivery.type}`);
    }
    handled[type].inc();
  }

  return queues.consume('jit-funding-queue', { prefetch: options.prefetch }, handle);
}
