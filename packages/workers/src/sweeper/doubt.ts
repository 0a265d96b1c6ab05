import { Fault, type Publisher, type RecordLedger, type TransactionLookup } from '@freeway/core';
import {
  forgetLookups,
  notFoundRecord,
  type Postgres,
  readUnconfirmed,
  rememberFound,
  rememberNotFound,
  type Unconfirmed,
  type UnconfirmedApproval,
} from '@freeway/postgres';
import { createRateLimitedLog, type Logger, type RateLimitedLog } from '@freeway/runtime';
import { setTimeout as sleep } from 'node:timers/promises';
import { recordedMessage } from './recorded-message.ts';
import type { SweeperMetrics } from './sweeper-metrics.ts';

export interface DoubtTerms {
  /** Younger approvals are not in doubt: their record is on its way. */
  readonly unconfirmedAfterMs: number;
  /** That the platform knows none counts from this age on: until then it may be late itself (PROTOCOL 12.2). */
  readonly notFoundAfterMs: number;
  /** The same approval is asked about no sooner than this. */
  readonly againAfterMs: number;
  /** Look-ups of one round at most. */
  readonly lookupsMax: number;
  readonly lookupsPerSecond: number;
}

export interface DoubtOptions {
  readonly postgres: Postgres;
  readonly ledger: RecordLedger;
  readonly publisher: Pick<Publisher, 'publish'>;
  /** Absent: nobody can be asked, and nothing is released. */
  readonly lookup: Pick<TransactionLookup, 'transaction'> | undefined;
  readonly terms: DoubtTerms;
  readonly metrics: SweeperMetrics;
  readonly logger: Logger;
}

export interface DoubtReport {
  readonly unconfirmed: Unconfirmed['counts'];
  readonly oldestAgeMs: number;
  readonly found: number;
  readonly notFound: number;
  readonly released: number;
  /** Why the round ended early. */
  readonly failed?: string;
}

/** Answers "not found" that count until an approval is released (money.md *doubt*: twice). */
const NOT_FOUND_TIMES = 2;

/** Asks the platform about approvals that no record has confirmed, oldest first (money.md *doubt*). */
export function createDoubt(options: DoubtOptions): (signal: AbortSignal) => Promise<DoubtReport> {
  const { postgres, lookup, terms, metrics, logger } = options;
  const log = createRateLimitedLog(logger, performance.now.bind(performance));
  return async (signal) => {
    await forgetLookups(postgres);
    const unconfirmed = await readUnconfirmed(postgres, {
      olderThanMs: terms.unconfirmedAfterMs,
      dueMax: terms.lookupsMax,
      knownForMs: terms.notFoundAfterMs,
    });
    metrics.unconfirmed(unconfirmed);
    const { counts, oldestAgeMs } = unconfirmed;
    const tally = { found: 0, notFound: 0, released: 0 };
    let failed: string | undefined;
    if (lookup === undefined) sayNobodyCanBeAsked(log, unconfirmed);
    else failed = await askAboutAll({ ...options, lookup, log }, unconfirmed, tally, signal);
    return { unconfirmed: counts, oldestAgeMs, ...tally, ...(failed === undefined ? {} : { failed }) };
  };
}

type AskOptions = DoubtOptions & { readonly lookup: NonNullable<DoubtOptions['lookup']>; readonly log: RateLimitedLog };
type Tally = { -readonly [Name in 'found' | 'notFound' | 'released']: number };

/** Returns why it ended early: what failed once fails again, and the platform asks to be left alone (PROTOCOL 12.1). */
async function askAboutAll(
  options: AskOptions,
  { due, known }: Unconfirmed,
  tally: Tally,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { terms, metrics, log } = options;
  const isTrusted = createTrust(options, known);
  try {
    for (const approval of due) {
      if (signal.aborted) break;
      await askAbout(options, approval, isTrusted, tally);
      await sleep(1000 / terms.lookupsPerSecond, undefined, { signal }).catch(() => undefined);
    }
  } catch (error) {
    if (signal.aborted) return undefined;
    if (!(error instanceof Fault)) throw error;
    metrics.lookups.failed.inc();
    log('failed', 60_000, 'warn', { err: error }, 'a look-up failed; what is in doubt waits for the next round');
    return error.message;
  }
  return undefined;
}

async function askAbout(
  { lookup, publisher, postgres, ledger, terms, metrics, logger }: AskOptions,
  approval: UnconfirmedApproval,
  isTrusted: () => Promise<boolean>,
  tally: Tally,
): Promise<void> {
  const { transactionToken, ageMs } = approval;
  const answer = await lookup.transaction(transactionToken);
  metrics.lookups[answer.status].inc();
  if (answer.status === 'found') {
    tally.found += 1;
    await publisher.publish('transaction-processing-queue', [recordedMessage(answer.text)]);
    // Time enough to be applied. A record that decides nothing leaves the approval in doubt.
    return rememberFound(postgres, transactionToken, terms.notFoundAfterMs);
  }
  tally.notFound += 1;
  const counts = ageMs >= terms.notFoundAfterMs && (await isTrusted());
  const times = await rememberNotFound(postgres, {
    transactionToken,
    counts,
    againInMs: waitAfterNotFound(ageMs, terms),
    apartMs: terms.againAfterMs,
  });
  if (!counts || times < NOT_FOUND_TIMES) return;
  await ledger.applyRecords([notFoundRecord(approval)]);
  tally.released += 1;
  metrics.released.inc();
  const detail = { transaction_token: transactionToken, age_s: Math.round(ageMs / 1000) };
  logger.warn(detail, 'released an approval that the platform does not know');
}

/** Ever rarer while it does not count, then at once, then as often as is allowed. */
export function waitAfterNotFound(
  ageMs: number,
  { notFoundAfterMs, againAfterMs }: Pick<DoubtTerms, 'notFoundAfterMs' | 'againAfterMs'>,
): number {
  return Math.max(againAfterMs, Math.min(ageMs, notFoundAfterMs - ageMs));
}

/**
 * Whether "not found" is the platform's word about us: with the credentials of another programme it knows nothing of ours.
 * Asked once in a round, about what it told us itself; where there is nothing of that, it is believed.
 */
function createTrust({ lookup, log }: AskOptions, known: string | undefined): () => Promise<boolean> {
  let trusted: Promise<boolean> | undefined;
  async function ask(): Promise<boolean> {
    if (known === undefined || (await lookup.transaction(known)).status === 'found') return true;
    const detail = { transaction_token: known };
    log(
      'trust',
      60_000,
      'error',
      detail,
      'the Core API does not know what the platform has told us: nothing is released',
    );
    return false;
  }
  return () => (trusted ??= ask());
}

function sayNobodyCanBeAsked(log: RateLimitedLog, { counts, oldestAgeMs }: Unconfirmed): void {
  if (oldestAgeMs === 0) return;
  const detail = { ...counts, oldest_s: Math.round(oldestAgeMs / 1000) };
  log('nobody', 600_000, 'warn', detail, 'approvals are in doubt, and nobody can be asked without the Core API');
}
