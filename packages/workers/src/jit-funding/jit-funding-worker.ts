import { type Archive, type Consumer, type Delivery, InvalidMessage, type OwnerRef, type Queues } from '@freeway/core';
import type { Authorize } from '@freeway/gateway';
import type { Logger, Metrics } from '@freeway/runtime';
import { answerRequest } from './answer-request.ts';
import { archiveDecision, type DecidedMessage, readDecided } from './archive-decision.ts';

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
  const { queues, archive, authorize, deadlineMs, logger, metrics } = options;
  const handled = metrics.counters('freeway_jit_funding_messages_total', 'Messages handled.', 'type', TYPES);

  async function handle(delivery: Delivery): Promise<void> {
    const type = TYPES.find((each) => each === delivery.type);
    switch (type) {
      case 'authorization_decided':
        await archiveAndCorrect(readDecided(delivery));
        break;
      case 'authorization_requested':
        await answerRequest(delivery, authorize, deadlineMs, queues);
        break;
      case undefined:
        throw new InvalidMessage(`unknown message type ${delivery.type}`);
    }
    handled[type].inc();
  }

  /** money.md *ownership*: the platform's word is taken, our fact is corrected and the difference reported. */
  async function archiveAndCorrect(decided: DecidedMessage): Promise<void> {
    await archiveDecision(archive, decided);
    const holder =
      decided.acting_user_token === undefined
        ? decided.owner
        : ({ kind: 'user', token: decided.acting_user_token } as const);
    if (decided.card_owner_differs !== true || decided.card_token === undefined || holder === undefined) return;
    if (await options.correctCardOwner(decided.card_token, holder)) {
      logger.warn({ card_token: decided.card_token, owner: holder }, 'corrected the owner of a card from the platform');
    }
  }

  return queues.consume('jit-funding-queue', { prefetch: options.prefetch }, handle);
}
