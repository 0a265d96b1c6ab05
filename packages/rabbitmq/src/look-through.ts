import { Fault } from '@freeway/core';
import { startPass, type DeadLetterPass } from './dead-letter-pass.ts';
import type { Link } from './link.ts';
import { lockDeadLetters } from './lock-dead-letters.ts';
import type { ConfirmedPublisher } from './publish.ts';
import { errorText } from './queue-event.ts';
import type { QueuePlaces } from './topology.ts';
import { within } from './within.ts';

export interface LookThroughOptions {
  /** The connection to read on, made when first wanted. */
  readonly link: () => Link;
  readonly publisher: ConfirmedPublisher;
  readonly timeoutMs: number;
}

/** Lends passes through dead letters and sees to their end. One after the other: the lock holds between connections only. */
export type LookThrough = <T>(places: QueuePlaces, look: (pass: DeadLetterPass) => Promise<T>) => Promise<T>;

export function createLookThrough({ link, publisher, timeoutMs }: LookThroughOptions): LookThrough {
  let last: Promise<unknown> = Promise.resolve();

  async function lookNow<T>(places: QueuePlaces, look: (pass: DeadLetterPass) => Promise<T>): Promise<T> {
    const { connection, connected } = link();
    await within(timeoutMs, Promise.all([connected(), publisher.open()]), 'no answer in time');
    const channel = await connection.acquire();
    let unlock: (() => Promise<void>) | undefined;
    try {
      unlock = await lockDeadLetters(connection, places.dead.queue);
      const pass = await startPass(channel, places.dead.queue);
      const result = await look(pass);
      await pass.end();
      return result;
    } finally {
      await channel.close();
      // A connection that broke took the lock along.
      await unlock?.().catch(() => undefined);
    }
  }

  return (places, look) => {
    const looking = last.then(() => lookNow(places, look)).catch(asFault);
    last = looking.catch(() => undefined);
    return looking;
  };
}

function asFault(error: unknown): never {
  if (error instanceof Fault) throw error;
  throw new Fault('unavailable', `RabbitMQ gives no dead letters: ${errorText(error)}`, { cause: error });
}
