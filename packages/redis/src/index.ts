// The public surface of the Redis adapter.
export { createRedis } from './create-redis.ts';
export type { RedisAdapter, RedisOptions, RedisStatistics, RedisStatus } from './create-redis.ts';
export type { FactTtlMs, RedisFactCache } from './fact-cache.ts';
export type { RateCount, RateCounters } from './rate-counters.ts';
export type { Sessions, SessionData } from './sessions.ts';
