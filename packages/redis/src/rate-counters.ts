import type { Redis } from 'ioredis';
import type { Breaker } from './breaker.ts';

export interface RateCount {
  /** How often the key was counted in its window, this time included. */
  readonly count: number;
  readonly resetsInMs: number;
}

export interface RateCounters {
  /**
   * Counts one in the key's window, which begins with its first count. Undefined: Redis cannot say; the caller
   * chooses between letting pass and refusing.
   */
  increment(key: string, windowMs: number): Promise<RateCount | undefined>;
}

// One round trip, and no moment at which a key could stay behind without an end: a key that has none gets one.
const INCREMENT = `
local count = redis.call('INCR', KEYS[1])
local resets_in_ms = redis.call('PTTL', KEYS[1])
if resets_in_ms < 0 then
  resets_in_ms = tonumber(ARGV[1])
  redis.call('PEXPIRE', KEYS[1], resets_in_ms)
end
return {count, resets_in_ms}`;

export const createRateCounters = (client: Redis, breaker: Breaker): RateCounters => ({
  increment: async (key, windowMs) => {
    const attempt = await breaker.attempt(() => client.eval(INCREMENT, 1, `freeway:rate:${key}`, windowMs));
    if (!attempt.ok) return undefined;
    const [count, resetsInMs] = attempt.value as [number, number];
    return { count, resetsInMs };
  },
});
