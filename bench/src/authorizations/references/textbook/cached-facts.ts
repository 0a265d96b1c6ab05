import { Redis } from 'ioredis';
import type { CardFact, LimitFact, LookUp, UserFact } from './facts.ts';

export interface FactCache {
  readonly lookUp: LookUp;
  close(): void;
}

const TTL_SECONDS = 300;
const COMMAND_TIMEOUT_MS = 100;

/** Cache-aside: one round trip to Redis, and to PostgreSQL only for what is not there. `prefix` begins every key. */
export async function openFactCache(url: string, prefix: string, source: LookUp): Promise<FactCache> {
  const redis = new Redis(url, {
    connectionName: 'textbook',
    keyPrefix: prefix,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: COMMAND_TIMEOUT_MS,
    lazyConnect: true,
  });
  // Without a listener it prints. A Redis that is away shows by each command.
  redis.on('error', () => undefined);
  await redis.connect();

  async function read(keys: readonly string[]): Promise<readonly (string | null)[]> {
    try {
      return await redis.mget([...keys]);
    } catch {
      return [];
    }
  }

  return {
    async lookUp(subject) {
      const { userToken, cardToken, currency } = subject;
      const userKey = `user:${currency}:${userToken}`;
      const cardKey = `card:${cardToken}`;
      const limitsKey = `limits:${currency}:${userToken}:${cardToken}`;
      const [user, card, limits] = await read([userKey, cardKey, limitsKey]);
      if (typeof user === 'string' && typeof card === 'string' && typeof limits === 'string')
        return {
          user: JSON.parse(user) as UserFact,
          card: JSON.parse(card) as CardFact,
          limits: JSON.parse(limits) as LimitFact[],
        };
      const facts = await source(subject);
      if (facts.user === null || facts.card === null) return facts;
      const writes = redis.pipeline();
      writes.set(userKey, JSON.stringify(facts.user), 'EX', TTL_SECONDS);
      writes.set(cardKey, JSON.stringify(facts.card), 'EX', TTL_SECONDS);
      writes.set(limitsKey, JSON.stringify(facts.limits), 'EX', TTL_SECONDS);
      // A fact that was not kept is looked up again.
      await writes.exec().catch(() => undefined);
      return facts;
    },
    close: () => redis.disconnect(),
  };
}
