import { Fault } from '@freeway/core';
import type { Channel, Envelope } from 'rabbitmq-client';
import type { Link } from './link.ts';
import { createPublishChannel } from './publish-channel.ts';
import { errorText } from './queue-event.ts';
import type { Topology } from './topology.ts';
import { within } from './within.ts';

export interface Outgoing {
  readonly envelope: Envelope;
  readonly body: Buffer;
}

/**
 * Publishes on one channel with confirms. Messages go out in the order of the calls, pipelined.
 *
 * Nothing is ever sent again from here: when the channel dies, all that was unconfirmed on it is rejected before
 * anything travels on its successor, so a caller that repeats a rejected batch keeps its order (and may repeat
 * messages: delivery is at least once).
 */
export interface ConfirmedPublisher {
  /**
   * Resolves when the broker holds all of them durably. Rejects with a Fault: `unavailable` when nothing was sent (or
   * no queue takes the message), `outcome_unknown` when the broker vanished before it confirmed.
   */
  send(messages: readonly Outgoing[]): Promise<void>;
  /** Resolves once everything is declared. */
  open(): Promise<Channel>;
  /** Refuses new messages and waits for the confirms of those under way. */
  close(): Promise<void>;
}

/** Finds a message again that the broker returns because no queue takes it. */
const SEQUENCE_HEADER = 'x-publish-sequence';

export function createConfirmedPublisher(link: Link, topology: Topology, timeoutMs: number): ConfirmedPublisher {
  const underWay = new Set<Promise<void>>();
  const returned = new Map<number, string>();
  const publishChannel = createPublishChannel(link, topology, (message) => {
    returned.set(Number(message.headers?.[SEQUENCE_HEADER]), message.replyText);
  });
  let sequence = 0;
  let closed = false;

  async function sendNow(messages: readonly Outgoing[]): Promise<void> {
    const cannot = link.whyDown() ?? link.whyBlocked();
    if (cannot !== undefined) throw new Fault('unavailable', `RabbitMQ cannot be reached: ${cannot}`);
    const opening = publishChannel.open();
    const channel = await within(timeoutMs, opening, 'no channel in time').catch((error: unknown) => {
      throw new Fault('unavailable', `RabbitMQ is not ready: ${errorText(error)}`, { cause: error });
    });
    const first = sequence + 1;
    sequence += messages.length;
    const confirms = messages.map(({ envelope, body }, index) => {
      const headers = { ...envelope.headers, [SEQUENCE_HEADER]: first + index };
      return channel.basicPublish({ ...envelope, headers, durable: true, mandatory: true }, body);
    });
    try {
      await within(timeoutMs, Promise.all(confirms), 'no confirm in time');
    } catch (error) {
      // What is still unconfirmed on this channel stays so: later messages must not mix with it.
      publishChannel.forget(opening);
      void channel.close();
      throw new Fault('outcome_unknown', `RabbitMQ did not confirm: ${errorText(error)}`, { cause: error });
    }
    // A returned message is confirmed too; its return arrives first but is emitted one turn later.
    await new Promise(setImmediate);
    throwIfReturned(returned, first, messages);
  }

  return {
    open: publishChannel.open,
    send(messages) {
      if (closed) return Promise.reject(new Fault('unavailable', 'the queues are closed'));
      const sending = sendNow(messages).finally(() => underWay.delete(sending));
      underWay.add(sending);
      return sending;
    },
    async close() {
      closed = true;
      await Promise.allSettled(underWay);
      await publishChannel.close();
    },
  };
}

function throwIfReturned(returned: Map<number, string>, first: number, messages: readonly Outgoing[]): void {
  let refusal: Fault | undefined;
  for (const [index, { envelope }] of messages.entries()) {
    const reason = returned.get(first + index);
    if (reason === undefined) continue;
    returned.delete(first + index);
    refusal ??= new Fault('unavailable', `no queue takes "${envelope.routingKey ?? ''}": ${reason}`);
  }
  if (refusal !== undefined) throw refusal;
}
