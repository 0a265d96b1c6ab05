import { createHash, randomBytes } from 'node:crypto';
import { Fault } from '@freeway/core';
import type { Redis } from 'ioredis';
import type { Breaker } from './breaker.ts';

export type SessionData = Readonly<Record<string, unknown>>;

/** Sessions of operators. Unlike a cache it must not pretend: every verb throws Fault `unavailable` when Redis is away. */
export interface Sessions {
  /** Returns the session's id: 256 random bits, the only secret; give it to its owner and keep it out of logs. */
  create(data: SessionData): Promise<string>;
  get(id: string): Promise<SessionData | undefined>;
  /** Lets the session live for its full time again; false when there is none. */
  touch(id: string): Promise<boolean>;
  destroy(id: string): Promise<void>;
}

// The id itself is not stored: who reads the server's memory or a backup cannot take a session over.
const keyOf = (id: string): string => `freeway:session:${createHash('sha256').update(id).digest('base64url')}`;

export const createSessions = (client: Redis, breaker: Breaker, ttlMs: number): Sessions => {
  const ask = async <T>(command: () => Promise<T>): Promise<T> => {
    const attempt = await breaker.attempt(command);
    if (!attempt.ok) throw new Fault('unavailable', 'sessions: Redis cannot be reached');
    return attempt.value;
  };

  return {
    create: async (data) => {
      const id = randomBytes(32).toString('base64url');
      await ask(() => client.set(keyOf(id), JSON.stringify(data), 'PX', ttlMs));
      return id;
    },
    get: async (id) => parse(await ask(() => client.get(keyOf(id)))),
    touch: async (id) => (await ask(() => client.pexpire(keyOf(id), ttlMs))) === 1,
    destroy: async (id) => {
      await ask(() => client.del(keyOf(id)));
    },
  };
};

// Text that is not ours is no session.
const parse = (text: string | null): SessionData | undefined => {
  if (text === null) return undefined;
  try {
    const data: unknown = JSON.parse(text);
    return typeof data === 'object' && data !== null && !Array.isArray(data) ? (data as SessionData) : undefined;
  } catch {
    return undefined;
  }
};
