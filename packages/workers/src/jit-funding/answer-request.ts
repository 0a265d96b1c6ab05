import { type Delivery, InvalidMessage, type Publisher } from '@freeway/core';
import type { Authorize } from '@freeway/gateway';

/**
 * Answers an authorization request that came by message, through the same use case as HTTP. The reply holds the status
 * and the body that HTTP would have had; a request that came too late for its asker is answered all the same, because
 * the decision is stored and a repeat gets it.
 */
export async function answerRequest(
  delivery: Delivery,
  authorize: Authorize,
  deadlineMs: number,
  publisher: Publisher,
): Promise<void> {
  if (delivery.replyTo === undefined) throw new InvalidMessage('an authorization request needs a reply-to');
  const receivedAtMs = performance.now();
  const answer = await authorize(delivery.body, {
    source: 'message',
    receivedAtMs,
    deadlineMs: receivedAtMs + deadlineMs,
  });
  await publisher.reply(delivery.replyTo, {
    id: `${delivery.id}-answer`,
    type: 'authorization_answered',
    body: JSON.stringify(replyOf(answer)),
    ...(delivery.correlationId === undefined ? {} : { correlationId: delivery.correlationId }),
  });
}

function replyOf(answer: Awaited<ReturnType<Authorize>>): { status: number; body?: unknown; detail?: string } {
  switch (answer.kind) {
    case 'decided':
      // As text: a number that JavaScript cannot hold must reach the asker as it was written.
      return { status: answer.status, body: answer.body };
    case 'malformed':
      return { status: 400, detail: answer.fault.detail };
    case 'unavailable':
      return { status: 503, detail: answer.detail };
  }
}
