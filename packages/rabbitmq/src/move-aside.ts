import type { DeadReason } from '@freeway/core';
import type { AsyncMessage } from 'rabbitmq-client';
import { copyOf } from './copy-of.ts';
import { deadHeaders, failureHeaders, retryHeaders } from './failure-history.ts';
import type { ConfirmedPublisher } from './publish.ts';
import type { ReportQueueEvent } from './queue-event.ts';
import type { QueuePlaces } from './topology.ts';

export interface Failure {
  readonly attempt: number;
  readonly error: string;
}

/** Copies a message that failed to where it belongs now. Each resolves once the broker has confirmed the copy. */
export interface MoveAside {
  /** To the retry queue of this attempt, or to the dead letters after the last. */
  toRetry(incoming: AsyncMessage, failure: Failure): Promise<void>;
  toDead(incoming: AsyncMessage, reason: DeadReason, failure: Failure): Promise<void>;
}

export function createMoveAside(
  publisher: ConfirmedPublisher,
  places: QueuePlaces,
  report: ReportQueueEvent,
): MoveAside {
  const queue = places.row.queue;

  async function toDead(incoming: AsyncMessage, reason: DeadReason, failure: Failure): Promise<void> {
    const headers = deadHeaders(failureHeaders(incoming, { queue, ...failure }), reason);
    await publisher.send([copyOf(incoming, places.dead, headers)]);
    report({ event: 'message_dead', queue, ...messageIdOf(incoming), attempt: failure.attempt, detail: failure.error });
  }

  return {
    toDead,
    async toRetry(incoming, failure) {
      const { attempt, error } = failure;
      const retry = places.retries[attempt - 1];
      if (retry === undefined) return toDead(incoming, 'attempts_exhausted', failure);
      const headers = retryHeaders(failureHeaders(incoming, { queue, ...failure }), attempt + 1);
      await publisher.send([copyOf(incoming, retry, headers)]);
      report({ event: 'message_retried', queue, ...messageIdOf(incoming), attempt, detail: error });
    },
  };
}

function messageIdOf(incoming: AsyncMessage): { messageId?: string } {
  const id = incoming.messageId ?? incoming.correlationId;
  return id === undefined ? {} : { messageId: id };
}
