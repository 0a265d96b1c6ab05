import {
  adoptCard,
  connectPostgres,
  createFactSource,
  createLedger,
  createVoider,
  HOT_SESSION,
  type Postgres,
  type PostgresLedger,
  type PostgresOptions,
} from '@freeway/postgres';
import { createRedis, type RedisAdapter } from '@freeway/redis';
import {
  createProfiler,
  createRateLimitedLog,
  createSlowQueryLog,
  exportPool,
  type Lifecycle,
  type Logger,
  type Metrics,
  type Profiler,
  type Settings,
} from '@freeway/runtime';
import { type Authorize, createAuthorize } from './authorize.ts';
import { createAttemptIds } from './attempt-ids.ts';
import { createCachedFacts } from './cached-facts.ts';
import { createObserver } from './observer.ts';
import { createPolicy } from './policy.ts';
import { warmUp } from './warm-up.ts';

/** Enough for the first burst; the pool opens more when they are needed. */
const WARM_FACT_CONNECTIONS = 4;

/** Settings that the use case needs; gateway and worker both have them. */
export type AuthorizerSettings = Pick<
  Settings<'gateway'>,
  | 'REDIS_URL'
  | 'REDIS_TIMEOUT_MS'
  | 'MARQETA_TIMEOUT_MS'
  | 'NETWORK_ALLOWANCE_MS'
  | 'LEDGER_UNAVAILABLE'
  | 'UNKNOWN_METHOD'
  | 'UNKNOWN_CARD'
  | 'REQUIRE_ACTIVE'
  | 'REFUND_AUTHORIZATIONS'
  | 'ORIGINAL_CREDITS'
  | 'ORIGINAL_CREDIT_MAX'
  | 'DECLINE_REASONS_2026'
  | 'POSTGRES_POOL_MAX'
  | 'POSTGRES_IDLE_TIMEOUT_MS'
  | 'SLOW_QUERY_MS'
  | 'COMMIT_BATCH_MAX'
  | 'COMMIT_IN_FLIGHT'
  | 'COMMIT_QUEUE_MAX'
  | 'FACT_TTL_OWNER_MS'
  | 'FACT_TTL_CARD_MS'
  | 'FACT_TTL_CHAIN_MS'
  | 'FACT_CACHE_ENTRIES'
  | 'SLOW_REQUEST_WARN_MS'
  | 'SLOW_REQUEST_CRITICAL_MS'
>;

export interface AuthorizerParts {
  readonly settings: AuthorizerSettings;
  readonly databaseUrl: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly lifecycle: Lifecycle;
}

/** The use case with everything it stands on, for whichever edge asks: HTTP or a queue. */
export interface Authorizer {
  readonly authorize: Authorize;
  /** Milliseconds from the first byte (money.md *deadline*). */
  readonly deadlineMs: number;
  readonly profiler: Profiler;
  readonly ledger: PostgresLedger;
  readonly postgres: Postgres;
  readonly redis: RedisAdapter | undefined;
  /** Opens connections and plans statements ahead of the first request. Rejects when the database is away. */
  warmUp(): Promise<void>;
}

export function openAuthorizer(parts: AuthorizerParts): Authorizer {
  const { settings, logger, metrics, lifecycle } = parts;
  const deadlineMs = settings.MARQETA_TIMEOUT_MS - settings.NETWORK_ALLOWANCE_MS;
  const profiler = createProfiler({
    logger,
    metrics,
    warnMs: settings.SLOW_REQUEST_WARN_MS,
    criticalMs: settings.SLOW_REQUEST_CRITICAL_MS,
  });
  const { facts: factPool, commits } = openPools(parts, deadlineMs);
  const redis = openRedis(parts);
  const commitLog = createRateLimitedLog(logger, performance.now.bind(performance));
  const ledger = createLedger(commits, {
    batchMax: settings.COMMIT_BATCH_MAX,
    inFlightMax: settings.COMMIT_IN_FLIGHT,
    queueMax: settings.COMMIT_QUEUE_MAX,
    onError: (message, error) => commitLog(message, 1000, 'error', { err: error }, message),
  });
  metrics.readGauge('freeway_commit_queue', 'Authorizations waiting for a commit.', () => ledger.statistics().queued);
  const voider = createVoider(factPool, {
    onOutcome: (token, outcome) =>
      logger[outcome === 'voided' ? 'warn' : 'info'](
        { message_token: token, outcome },
        'looked for an approval nobody was told of',
      ),
  });
  // In reverse: what is under way lands, and then what nobody was told of is voided.
  lifecycle.onStop('voids', () => voider.stop());
  lifecycle.onStop('commits under way', () => ledger.drained());

  const source = createFactSource(factPool);
  const facts = createCachedFacts({
    source,
    ...(redis === undefined ? {} : { shared: redis.facts }),
    entriesMax: settings.FACT_CACHE_ENTRIES,
    ttlMs: factTtls(settings),
    onLookup: (kind, where) => profiler.lookedUp(kind, where !== 'source'),
    clock: () => performance.now(),
  });
  redis?.facts.onEverythingStale(() => facts.forget());
  const authorize = createAuthorize({
    facts,
    ledger,
    policyFor: createPolicy(settings),
    adoptCard: (cardToken, owner) => adoptCard(factPool, cardToken, owner),
    voidLater: ({ request, attemptId = '' }) => voider.later(request, attemptId),
    wasToldNo: (request) => voider.isOpen(request),
    nextAttemptId: createAttemptIds(),
    unknownMethod: settings.UNKNOWN_METHOD,
    ledgerUnavailable: settings.LEDGER_UNAVAILABLE,
    allow2026Reasons: settings.DECLINE_REASONS_2026,
    profiler,
    observe: createObserver(metrics, profiler, logger),
    clock: () => performance.now(),
    now: () => Date.now(),
  });
  const connections = { commitConnections: settings.COMMIT_IN_FLIGHT, factConnections: WARM_FACT_CONNECTIONS };
  return {
    authorize,
    deadlineMs,
    profiler,
    ledger,
    postgres: factPool,
    redis,
    warmUp: () => warmUp({ commits, facts: source, ...connections }),
  };
}

function factTtls(settings: AuthorizerSettings) {
  return {
    owner: settings.FACT_TTL_OWNER_MS,
    card: settings.FACT_TTL_CARD_MS,
    chain: settings.FACT_TTL_CHAIN_MS,
  };
}

/** Two pools: commits never queue behind look-ups. Both have the request's deadline, as nothing later is of use. */
function openPools({ settings, databaseUrl, logger, metrics, lifecycle }: AuthorizerParts, deadlineMs: number) {
  const common: Omit<PostgresOptions, 'poolMax'> = {
    session: HOT_SESSION,
    url: databaseUrl,
    statementTimeoutMs: deadlineMs,
    idleTimeoutMs: settings.POSTGRES_IDLE_TIMEOUT_MS,
    slowQueryMs: settings.SLOW_QUERY_MS,
    onSlow: createSlowQueryLog(logger),
  };
  const facts = connectPostgres({ ...common, poolMax: settings.POSTGRES_POOL_MAX, applicationName: 'freeway-facts' });
  const commits = connectPostgres({
    ...common,
    poolMax: settings.COMMIT_IN_FLIGHT,
    // a commit's connection stays open: opening one in the middle of a burst would cost the deadline
    idleTimeoutMs: 0,
    applicationName: 'freeway-commits',
  });
  lifecycle.onStop('fact pool', () => facts.close());
  lifecycle.onStop('commit pool', () => commits.close());
  exportPool(metrics, 'facts', facts);
  exportPool(metrics, 'commits', commits);
  return { facts, commits };
}

function openRedis({ settings, logger, metrics, lifecycle }: AuthorizerParts): RedisAdapter | undefined {
  if (settings.REDIS_URL === undefined) return undefined;
  const redis = createRedis({
    url: settings.REDIS_URL,
    ttlMs: factTtls(settings),
    timeoutMs: settings.REDIS_TIMEOUT_MS,
    onStatus: (status) =>
      status.state === 'up' ? logger.info('redis is up') : logger.warn({ detail: status.detail }, 'redis is down'),
  });
  lifecycle.onStop('redis', () => redis.close());
  metrics.readGauges('freeway_redis', 'The shared cache.', 'state', () => {
    const { breakerOpen, ...counts } = redis.statistics();
    return { ...counts, breakerOpen: breakerOpen ? 1 : 0 };
  });
  return redis;
}
