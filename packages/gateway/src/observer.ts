import { DECLINE_REASONS } from '@freeway/core';
import { createRateLimitedLog, type Logger, type Metrics, type Profiler } from '@freeway/runtime';
import type { AuthorizationObserver } from './authorize.ts';

const MALFORMED = ['not_json', 'no_funding', 'no_token', 'no_method', 'no_amount'] as const;
const UNAVAILABLE = ['unavailable', 'contended', 'outcome_unknown', 'bug'] as const;

/** Counts outcomes for Prometheus and the profiler, and says in the log what a person must know, at a bounded rate. */
export function createObserver(metrics: Metrics, profiler: Profiler, logger: Logger): AuthorizationObserver {
  const approved = metrics.counter('freeway_authorizations_approved_total', 'Authorizations approved.');
  const declined = metrics.counters(
    'freeway_authorizations_declined_total',
    'Authorizations declined, by reason.',
    'reason',
    DECLINE_REASONS,
  );
  const repeated = metrics.counter(
    'freeway_authorizations_repeated_total',
    'Answers repeated from the stored decision.',
  );
  const malformed = metrics.counters('freeway_requests_malformed_total', 'Requests answered 400.', 'code', MALFORMED);
  const unavailable = metrics.counters(
    'freeway_authorizations_unavailable_total',
    'Authorizations for which the ledger could not answer in time. Each may have been stood in for.',
    'code',
    UNAVAILABLE,
  );
  const reused = metrics.counter('freeway_tokens_reused_total', 'Tokens that came back with other content.');
  const stale = metrics.counter('freeway_facts_stale_total', 'Decisions made again because a fact had changed.');
  const noticed = metrics.counter('freeway_notices_total', 'Informative messages acknowledged at the gateway.');
  const log = createRateLimitedLog(logger, performance.now.bind(performance));

  return {
    decided(outcome, reason, isRepeat) {
      if (isRepeat) repeated.inc();
      if (outcome === 'approve' || reason === undefined) {
        approved.inc();
        profiler.approved();
      } else {
        // another version of the code may have stored a reason that this one does not know
        declined[reason]?.inc();
        profiler.declined(reason);
      }
    },
    malformed: (code) => malformed[code].inc(),
    unavailable(code, request, error) {
      const known = UNAVAILABLE.find((each) => each === code) ?? 'bug';
      unavailable[known].inc();
      const detail = { err: error, transaction_token: request.transactionToken, method: request.method };
      log(`unavailable ${known}`, 1000, 'error', detail, 'the ledger could not answer');
    },
    tokenReused(request) {
      reused.inc();
      const detail = { transaction_token: request.transactionToken, message_token: request.messageToken };
      log('token reused', 1000, 'error', detail, 'a token came back with other content');
    },
    stale: () => stale.inc(),
    noticed: () => noticed.inc(),
  };
}
