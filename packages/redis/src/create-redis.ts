import { backoffMs, type ServiceHealth } from '@freeway/core';
import { type Breaker, createBreaker } from './breaker.ts';
import { closeConnection, openConnection } from './connection.ts';
import { createFactCache, type FactTtlMs, type RedisFactCache } from './fact-cache.ts';
import { type Invalidation, listenForInvalidations } from './invalidation.ts';
import { createRateCounters, type RateCounters } from './rate-counters.ts';
import { createSessions, type Sessions } from './sessions.ts';

export type RedisStatus = { readonly state: 'up' } | { readonly state: 'down'; readonly detail: string };

export interface RedisOptions {
  /** redis:// or rediss://, with credentials and database number as usual; for redis+sentinel:// see `sentinelOptions`. */
  readonly url: string;
  readonly ttlMs: FactTtlMs;
  /** Default 30 minutes. */
  readonly sessionTtlMs?: number;
  /** How long a command may take; the one that takes longer is the last that waits. Default 20. */
  readonly timeoutMs?: number;
  /** Default 2,000. */
  readonly deadSocketMs?: number;
  /** How often the silent subscriber connection is asked whether it lives. Default 5,000. */
  readonly heartbeatMs?: number;
  /** Called on every change between up and down. */
  readonly onStatus?: (status: RedisStatus) => void;
  /** Monotonic milliseconds. */
  readonly clock?: () => number;
  /** In [0, 1): the jitter of reconnects and probes. */
  readonly random?: () => number;
}

export interface RedisStatistics {
  readonly hits: number;
  readonly misses: number;
  /** Commands that were sent and failed or came too late. */
  readonly failed: number;
  /** Commands not sent because the breaker was open. */
  readonly refused: number;
  readonly breakerOpened: number;
  readonly breakerOpen: boolean;
  readonly invalidationsHeard: number;
  readonly invalidationsUnreadable: number;
  /** How often listeners were told that everything may be stale. */
  readonly everythingStale: number;
}

export interface RedisAdapter {
  readonly facts: RedisFactCache;
  readonly sessions: Sessions;
  readonly rateCounters: RateCounters;
  health(): Promise<ServiceHealth>;
  statistics(): RedisStatistics;
  close(): Promise<void>;
}

/** Connects in the background: returns at once, also while the server is away. Every cache is a miss until it is there. */
export const createRedis = (options: RedisOptions): RedisAdapter => {
  const { url, ttlMs, onStatus, sessionTtlMs = 1_800_000, timeoutMs = 20 } = options;
  const { deadSocketMs = 2_000, heartbeatMs = 5_000, random = Math.random } = options;
  const client = openConnection({ url, connectionName: 'freeway', deadSocketMs, random });
  const subscriber = openConnection({ url, connectionName: 'freeway-invalidation', deadSocketMs, random });

  let detail = 'not connected yet';
  const breaker = createBreaker({
    timeoutMs,
    probe: () => client.ping(),
    probeDelayMs: (attempt) => backoffMs(attempt, { baseMs: 100, maxMs: 5_000, random }),
    onChange: (because) => {
      detail = because ?? '';
      onStatus?.(because === undefined ? { state: 'up' } : { state: 'down', detail: because });
    },
  });
  client.on('ready', () => breaker.probeNow());
  client.on('close', () => breaker.trip('connection lost'));
  // Why it cannot connect says more than that it is not connected. A refusal on both address families has no message.
  client.on('error', (error: NodeJS.ErrnoException) => {
    detail = error.message || (error.code ?? detail);
  });
  const invalidation = listenForInvalidations(subscriber, Object.keys(ttlMs), heartbeatMs);
  const counted = { hits: 0, misses: 0 };

  return {
    facts: createFactCache({ client, breaker, invalidation, ttlMs, counted }),
    sessions: createSessions(client, breaker, sessionTtlMs),
    rateCounters: createRateCounters(client, breaker),
    health: async () => {
      const clock = options.clock ?? performance.now.bind(performance);
      const startedMs = clock();
      const attempt = await breaker.attempt(() => client.ping());
      if (!attempt.ok) return { state: 'down', detail };
      const latencyMs = clock() - startedMs;
      if (invalidation.isListening()) return { state: 'up', latencyMs };
      return { state: 'degraded', latencyMs, detail: "not listening to other processes' invalidations" };
    },
    statistics: () => ({ ...counted, ...statisticsOf(breaker, invalidation) }),
    close: async () => {
      breaker.stop();
      await Promise.all([closeConnection(client), invalidation.close()]);
    },
  };
};

const statisticsOf = (breaker: Breaker, invalidation: Invalidation): Omit<RedisStatistics, 'hits' | 'misses'> => {
  const { opened, refused, failed } = breaker.counts();
  const { heard, unreadable, everythingStale } = invalidation.counts();
  return {
    failed,
    refused,
    breakerOpened: opened,
    breakerOpen: breaker.isOpen(),
    invalidationsHeard: heard,
    invalidationsUnreadable: unreadable,
    everythingStale,
  };
};
