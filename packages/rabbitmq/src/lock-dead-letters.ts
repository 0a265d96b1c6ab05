import { Fault } from '@freeway/core';
import type { Connection } from 'rabbitmq-client';

/** A look through a few letters ends sooner than this. */
const PATIENCE_MS = 3_000;
const ASK_EVERY_MS = 50;

/**
 * One look through a dead-letter queue at a time, over all connections: two would share its letters, and each see a part.
 * The lock is an exclusive queue, which its connection takes along when it breaks. Returns the function that unlocks.
 */
export async function lockDeadLetters(connection: Connection, deadQueue: string): Promise<() => Promise<void>> {
  const queue = `${deadQueue}.lock`;
  for (const startedMs = performance.now(); ;) {
    const channel = await connection.acquire();
    try {
      await channel.queueDeclare({ queue, exclusive: true });
      return async () => {
        await channel.queueDelete({ queue });
        await channel.close();
      };
    } catch (error) {
      await channel.close();
      if (!isLocked(error)) throw error;
      if (performance.now() - startedMs > PATIENCE_MS) {
        throw new Fault('contended', `somebody else is looking through ${deadQueue}`, { cause: error });
      }
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
}

function isLocked(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'RESOURCE_LOCKED';
}
