import type { Queues } from '@freeway/core';
import { createCoreApi } from '@freeway/marqeta/core-api';
import {
  BY_KEY_SESSION,
  connectPostgres,
  createRecordLedger,
  createSessionLock,
  type Postgres,
  type SessionLock,
} from '@freeway/postgres';
import type { Lifecycle, Logger, Metrics, Settings } from '@freeway/runtime';
import { openPool } from '../stores/open-pool.ts';
import { openQueues } from '../stores/open-queues.ts';
import { chainPolicyOf } from '../transaction/chain-policy.ts';
import { createBooks } from './books.ts';
import { createDoubt } from './doubt.ts';
import { createExpiry } from './expiry.ts';
import { whyIntakeIsBehind } from './intake-backlog.ts';
import { createSealing } from './sealing.ts';
import { createSweeperMetrics, type SweeperMetrics } from './sweeper-metrics.ts';
import type { SweeperRounds } from './sweeper.ts';

export interface SweeperParts {
  readonly settings: Settings<'sweeper'>;
  readonly databaseUrl: string;
  readonly logger: Logger;
  readonly lifecycle: Lifecycle;
}

export interface OpenSweeper {
  readonly rounds: SweeperRounds;
  readonly lock: SessionLock;
  readonly metrics: SweeperMetrics;
  readonly postgres: Postgres;
  readonly queues: Queues;
}

/** Any constant will do, the same for every sweeper of a database. */
const SWEEPER_LOCK = 1_914_042_177;
const REFOLDS_AT_ONCE = 100;

/** The sweeper with its stores, before anything runs; the lifecycle closes what is opened here. */
export async function openSweeper(parts: SweeperParts & { readonly metrics: Metrics }): Promise<OpenSweeper> {
  const { settings, logger } = parts;
  // What a crash takes back is swept once more.
  const postgres = openPool({ ...parts, durable: 'in_order', session: BY_KEY_SESSION });
  const queues = await openQueues(parts);
  const ledger = createRecordLedger(postgres, { policy: chainPolicyOf(settings) });
  const metrics = createSweeperMetrics(parts.metrics);
  const common = { postgres, ledger, metrics, logger };
  const whyBehind = () => whyIntakeIsBehind({ queues, postgres, backlogMax: settings.SWEEP_BACKLOG_MAX });
  return {
    rounds: {
      doubt: createDoubt({ ...common, publisher: queues, lookup: openLookup(parts), terms: doubtTermsOf(settings) }),
      expiry: createExpiry({
        ...common,
        whyBehind,
        graceMs: settings.SWEEP_EXPIRY_GRACE_MS,
        now: () => Date.now(),
      }),
      async refolds(signal) {
        let folded = 0;
        let last = REFOLDS_AT_ONCE;
        while (last === REFOLDS_AT_ONCE && !signal.aborted) {
          last = await ledger.refold(REFOLDS_AT_ONCE);
          metrics.refolded.inc(last);
          folded += last;
        }
        return folded;
      },
      seal: createSealing({ postgres, key: settings.SEAL_KEY, metrics, logger }),
      books: createBooks({
        postgres,
        accountsMax: settings.SWEEP_BOOKS_ACCOUNTS,
        metrics: metrics.books,
        logger,
      }),
    },
    lock: openLock(parts),
    metrics,
    postgres,
    queues,
  };
}

function doubtTermsOf(settings: Settings<'sweeper'>) {
  return {
    unconfirmedAfterMs: settings.SWEEP_UNCONFIRMED_AFTER_MS,
    notFoundAfterMs: settings.SWEEP_NOT_FOUND_AFTER_MS,
    againAfterMs: settings.SWEEP_LOOKUP_AGAIN_AFTER_MS,
    lookupsMax: settings.SWEEP_LOOKUPS_MAX,
    lookupsPerSecond: settings.SWEEP_LOOKUPS_PER_SECOND,
  };
}

/** A session of its own, kept for as long as the process lives. */
function openLock({ settings, databaseUrl, lifecycle }: SweeperParts): SessionLock {
  const session = connectPostgres({
    url: databaseUrl,
    poolMax: 1,
    statementTimeoutMs: settings.STATEMENT_TIMEOUT_MS,
    applicationName: 'freeway-sweeper',
  });
  lifecycle.onStop('sweeper lock', () => session.close());
  return createSessionLock(session, SWEEPER_LOCK);
}

const BACKOFF = { baseMs: 500, maxMs: 5000 };
const ATTEMPTS = 3;

function openLookup({ settings, logger, lifecycle }: SweeperParts) {
  const {
    CORE_API_URL: baseUrl,
    CORE_API_APPLICATION_TOKEN: applicationToken,
    CORE_API_ADMIN_TOKEN: adminToken,
  } = settings;
  if (baseUrl === undefined || applicationToken === undefined || adminToken === undefined) {
    logger.info('without CORE_API_URL approvals in doubt are counted, and never released');
    return undefined;
  }
  const timeoutMs = settings.CORE_API_TIMEOUT_MS;
  const { signal } = lifecycle;
  const api = createCoreApi({
    baseUrl,
    applicationToken,
    adminToken,
    timeoutMs,
    attempts: ATTEMPTS,
    backoff: BACKOFF,
    signal,
  });
  lifecycle.onStop('core api', () => api.close());
  return api;
}
