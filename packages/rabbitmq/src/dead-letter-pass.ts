import { Fault } from '@freeway/core';
import type { Channel } from 'rabbitmq-client';
import type { IncomingLetter } from './dead-letter.ts';

/** One look through a dead-letter queue, the oldest letter first. What is not acked is given back, whatever happens. */
export interface DeadLetterPass {
  /** Letters that were there when the pass began: what comes in later is behind them, and not part of it. */
  readonly total: number;
  /** The next ones, at most this many; none at the end. */
  next(count: number): Promise<readonly IncomingLetter[]>;
  ack(letters: readonly IncomingLetter[]): void;
  /** Gives back what was not acked, and makes sure that the acks have reached the broker. */
  end(): Promise<void>;
}

/** The most that AMQP lets one consumer hold. */
const HELD_MAX = 65_535;

/** Without a letter for so long, the rest is in other hands, or we hold as many as the broker gives. */
const QUIET_MS = 3_000;

export async function startPass(channel: Channel, queue: string): Promise<DeadLetterPass> {
  let arrived: IncomingLetter[] = [];
  let seen = 0;
  let wake: (() => void) | undefined;
  channel.once('close', () => wake?.());

  await channel.basicQos({ prefetchCount: HELD_MAX });
  // The one question whose answer counts exactly: it waits its turn behind what the last pass gave back.
  const first = await channel.basicGet({ queue });
  if (first !== undefined) arrived.push(first);
  const total = first === undefined ? 0 : first.messageCount + 1;
  const consumerTag = 'freeway-dead-letters';
  if (total > 0) {
    await channel.basicConsume({ queue, consumerTag }, (letter) => {
      arrived.push(letter);
      wake?.();
    });
  }

  async function wait(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    wake = resolve;
    const timer = setTimeout(resolve, QUIET_MS);
    await promise;
    clearTimeout(timer);
  }

  return {
    total,
    async next(count) {
      const wanted = Math.min(count, total - seen);
      for (let had = -1; arrived.length < wanted && arrived.length > had;) {
        had = arrived.length;
        await wait();
        if (!channel.active) throw new Fault('unavailable', 'the connection to RabbitMQ broke');
      }
      const taken = arrived.slice(0, wanted);
      arrived = arrived.slice(wanted);
      seen += taken.length;
      return taken;
    },
    ack(letters) {
      for (const { deliveryTag } of letters) channel.basicAck({ deliveryTag });
    },
    async end() {
      // The queue takes few acks at a time, the rest wait in the channel, and those would end with it. The queue's answer to
      // this question comes when it has taken the few; by the time we have it, the channel has sent the rest.
      if (total > 0) await channel.basicCancel(consumerTag);
      // Not by basic.nack, which gives back many at once in any order.
      await channel.close();
    },
  };
}
