import type { AsyncMessage } from 'rabbitmq-client';
import { deadHeaders, failureHeaders, retryHeaders, type DeadReason, type FailureHeaders } from './failure-history.ts';
import { bytesOf } from './message.ts';
import type { ConfirmedPublisher } from './publish.ts';
import type { ReportQueueEvent } from './queue-event.ts';
import type { DeclaredQueue, QueuePlaces } from './topology.ts';

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

  async function copyTo(target: DeclaredQueue, incoming: AsyncMessage, headers: FailureHeaders): Promise<void> {
    const { messageId, type, correlationId, replyTo, contentType, contentEncoding = 'utf-8', appId } = incoming;
    const envelope = { messageId, type, correlationId, replyTo, contentType, contentEncoding, appId, headers };
    const given = Object.fromEntries(Object.entries(envelope).filter(([, value]) => value !== undefined));
    const place = { exchange: target.exchange, routingKey: target.queue };
    await publisher.send([{ envelope: { ...given, ...place }, body: bytesOf(incoming.body) }]);
  }

  async function toDead(incoming: AsyncMessage, reason: DeadReason, failure: Failure): Promise<void> {
    await copyTo(places.dead, incoming, deadHeaders(failureHeaders(incoming, { queue, ...failure }), reason));
    report({ event: 'message_dead', queue, ...messageIdOf(incoming), attempt: failure.attempt, detail: failure.error });
  }

  return {
    toDead,
    async toRetry(incoming, failure) {
      const { attempt, error } = failure;
      const retry = places.retries[attempt - 1];
      if (retry === undefined) return toDead(incoming, 'attempts_exhausted', failure);
      await copyTo(retry, incoming, retryHeaders(failureHeaders(incoming, { queue, ...failure }), attempt + 1));
      report({ event: 'message_retried', queue, ...messageIdOf(incoming), attempt, detail: error });
    },
  };
}

function messageIdOf(incoming: AsyncMessage): { messageId?: string } {
  const id = incoming.messageId ?? incoming.correlationId;
  return id === undefined ? {} : { messageId: id };
}
