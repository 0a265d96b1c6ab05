import type { Backlog } from './backlog.ts';
import type { Invariant } from '@freeway/postgres';
import type { Profile } from '@freeway/runtime';
import type { TrafficReport } from '@freeway/simulator';

export interface DemoOutcome {
  readonly traffic: TrafficReport;
  readonly profile: Profile;
  readonly invariants: readonly Invariant[];
  /** Accounts on which ledger and simulator differ. */
  readonly differences: readonly string[];
  readonly left: Backlog;
}

/** What was wrong with the run, each as one sentence; empty when every answer was right and the ledger holds. */
export function faultsOf({ traffic, invariants, differences, left }: DemoOutcome): string[] {
  const faults: string[] = [];
  if (traffic.answered === 0) faults.push('nothing was answered');
  if (traffic.wrong > 0) faults.push(`${traffic.wrong} answers were wrong`);
  if (traffic.unanswered > 0) faults.push(`${traffic.unanswered} requests were never answered`);
  for (const each of invariants.filter(({ ok }) => !ok)) {
    faults.push(`the ledger breaks "${each.name}" in ${each.violationCount} rows`);
  }
  if (differences.length > 0)
    faults.push(`${differences.length} accounts differ from the simulator's model: ${differences[0]}`);
  if (left.servicesUp && left.outbox > 0) faults.push(`${left.outbox} outbox rows are not published`);
  return faults;
}

export function summaryLines(outcome: DemoOutcome): string[] {
  const { traffic, profile, invariants, left } = outcome;
  const faults = faultsOf(outcome);
  const declined = Object.values(traffic.declined).reduce((sum, count) => sum + count, 0);
  const { p50, p95, p99, max } = profile.stages.total;
  return [
    '',
    `${traffic.sent} requests in ${(traffic.durationMs / 1000).toFixed(1)} s: ${traffic.approved} approved, ${declined} declined, ` +
      `${traffic.wrong} wrong, ${traffic.unanswered} unanswered`,
    `server side p50 ${p50.toFixed(2)} ms, p95 ${p95.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms, max ${max.toFixed(2)} ms`,
    `invariants: ${invariants.filter(({ ok }) => ok).length} of ${invariants.length} hold; ` +
      `${outcome.differences.length} accounts differ from the simulator's model`,
    ...traffic.wrongAnswers.map(
      (wrong) => `wrong: ${wrong.play}: ${wrong.faults.join('; ')}; expected ${wrong.expected}`,
    ),
    ...keptLines(left),
    ...faults.map((fault) => `FAULT: ${fault}`),
    faults.length === 0 ? 'every answer was right and the ledger holds' : `${faults.length} faults`,
  ];
}

/** What a dead broker or archive leaves behind is late, not lost: it says so, and is no fault of the run. */
function keptLines({ outbox, queued, dead }: Backlog): string[] {
  if (outbox + queued + dead === 0) return [];
  return [`kept for later: ${outbox} outbox rows, ${queued} queued messages, ${dead} dead letters`];
}

export function summaryJson(outcome: DemoOutcome): string {
  const { traffic, profile, invariants, differences, left } = outcome;
  const faults = faultsOf(outcome);
  return JSON.stringify({
    ok: faults.length === 0,
    faults,
    duration_ms: Math.round(traffic.durationMs),
    sent: traffic.sent,
    answered: traffic.answered,
    approved: traffic.approved,
    declined: traffic.declined,
    wrong: traffic.wrong,
    unanswered: traffic.unanswered,
    timeouts: traffic.timeouts,
    server_errors: traffic.serverErrors,
    connection_errors: traffic.connectionErrors,
    client_latency_ms: traffic.latencyMs,
    server_stages_ms: profile.stages,
    caches: profile.caches,
    invariants: invariants.map(({ name, ok, violationCount }) => ({ name, ok, violations: violationCount })),
    differing_accounts: differences,
    unpublished: left.outbox,
    queued: left.queued,
    dead_letters: left.dead,
  });
}
