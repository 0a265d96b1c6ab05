import type { AsyncMessage, SyncMessage } from 'rabbitmq-client';
import type { FailureHeaders } from './failure-history.ts';
import { bytesOf } from './message.ts';
import type { Outgoing } from './publish.ts';
import type { DeclaredQueue } from './topology.ts';

/**
 * The same message for another queue. Its encoding stays unsaid where its publisher left it so: whoever reads it there must
 * know again that its numbers went through a float.
 */
export function copyOf(incoming: AsyncMessage | SyncMessage, target: DeclaredQueue, headers: FailureHeaders): Outgoing {
  const { messageId, type, correlationId, replyTo, contentType, contentEncoding, appId } = incoming;
  const envelope = { messageId, type, correlationId, replyTo, contentType, contentEncoding, appId, headers };
  const given = Object.fromEntries(Object.entries(envelope).filter(([, value]) => value !== undefined));
  const place = { exchange: target.exchange, routingKey: target.queue };
  return { envelope: { ...given, ...place }, body: bytesOf(incoming.body) };
}
