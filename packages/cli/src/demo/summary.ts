import type { Backlog } from './backlog.ts';
import type { Invariant } from '@freeway/postgres';
import type { Profile } from '@freeway/runtime';
import type { LivesReport, TrafficReport } from '@freeway/simulator';

export interface DemoOutcome {
  /** An answer was owed to every request: nobody killed the gateway. */
  readonly owesAnswers: boolean;
  readonly traffic: TrafficReport;
  readonly profile: Profile;
  readonly invariants: readonly Invariant[];
  readonly lives: LivesReport;
  /** Records that were sent and that the ledger does not know. */
  readonly awaited: number;
  /** Accounts on which ledger and simulator differ. */
  readonly differences: readonly string[];
  readonly differingCounters: readonly string[];
  /** Where the operator's list is not what the simulator expects on it. */
  readonly differingExceptions: readonly string[];
  /** What is on that list since the start. */
  readonly listed: number;
  readonly left: Backlog;
}

/** What was wrong with the run, each as one sentence; empty when every answer was right and the ledger holds. */
export function faultsOf(outcome: DemoOutcome): string[] {
  const { traffic, lives, invariants, left } = outcome;
  const faults: string[] = [];
  if (traffic.answered === 0) faults.push('nothing was answered');
  if (traffic.wrong > 0) faults.push(`${traffic.wrong} answers were wrong`);
  if (outcome.owesAnswers && traffic.unanswered > 0) faults.push(`${traffic.unanswered} requests were never answered`);
  for (const each of invariants.filter(({ ok }) => !ok)) {
    faults.push(`the ledger breaks "${each.name}" in ${each.violationCount} rows`);
  }
  const { dropped, waiting } = lives.webhooks;
  if (dropped + waiting > 0) faults.push(`${dropped + waiting} webhook notifications were never acknowledged`);
  if (left.servicesUp && outcome.awaited > 0) faults.push(`${outcome.awaited} records did not reach the ledger`);
  const differing = [
    ['accounts differ', outcome.differences],
    ['counters differ', outcome.differingCounters],
    ["entries of the operator's list differ", outcome.differingExceptions],
  ] as const;
  // What did not arrive makes a difference that is late, not wrong; it was named above, or it is kept for later.
  if (outcome.awaited === 0)
    for (const [what, list] of differing)
      if (list.length > 0) faults.push(`${list.length} ${what} from the simulator's model: ${list[0]}`);
  if (left.servicesUp && left.outbox > 0) faults.push(`${left.outbox} outbox rows are not published`);
  return faults;
}

export function summaryLines(outcome: DemoOutcome): string[] {
  const { traffic, lives, profile, invariants, left } = outcome;
  const faults = faultsOf(outcome);
  const declined = total(traffic.declined);
  const { p50, p95, p99, max } = profile.stages.total;
  return [
    '',
    `${traffic.sent} requests in ${(traffic.durationMs / 1000).toFixed(1)} s: ${traffic.approved} approved, ${declined} declined, ` +
      `${traffic.wrong} wrong, ${traffic.unanswered} unanswered`,
    `server side p50 ${p50.toFixed(2)} ms, p95 ${p95.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms, max ${max.toFixed(2)} ms`,
    `${lives.webhooks.acknowledged} webhook notifications acknowledged (${lives.webhooks.duplicates} of them twice, ` +
      `${lives.webhooks.retries} retries), p99 ${lives.webhooks.latencyMs.p99.toFixed(1)} ms; ${total(lives.records)} records, ` +
      `${outcome.listed} on the operator's list`,
    `invariants: ${invariants.filter(({ ok }) => ok).length} of ${invariants.length} hold; ` +
      `${outcome.differences.length} accounts, ${outcome.differingCounters.length} counters and ` +
      `${outcome.differingExceptions.length} listed records differ from the simulator's model`,
    ...traffic.wrongAnswers.map(
      (wrong) => `wrong: ${wrong.play}: ${wrong.faults.join('; ')}; expected ${wrong.expected}`,
    ),
    ...keptLines(left),
    ...faults.map((fault) => `FAULT: ${fault}`),
    faults.length === 0 ? 'every answer was right and the ledger holds' : `${faults.length} faults`,
  ];
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** What a dead broker or archive leaves behind is late, not lost: it says so, and is no fault of the run. */
function keptLines({ outbox, queued, stored, dead }: Backlog): string[] {
  if (outbox + queued + stored + dead === 0) return [];
  return [
    `kept for later: ${outbox} outbox rows, ${queued} queued messages, ${stored} stored webhooks, ${dead} dead letters`,
  ];
}

export function summaryJson(outcome: DemoOutcome): string {
  const { traffic, lives, profile, invariants, differences, left } = outcome;
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
    webhooks: {
      notifications: lives.webhooks.notifications,
      duplicates: lives.webhooks.duplicates,
      acknowledged: lives.webhooks.acknowledged,
      dropped: lives.webhooks.dropped,
      unacknowledged: lives.webhooks.waiting,
      posts: lives.webhooks.posts,
      retries: lives.webhooks.retries,
      answers: lives.webhooks.answers,
      latency_ms: lives.webhooks.latencyMs,
    },
    records: lives.records,
    records_missing: outcome.awaited,
    listed_exceptions: outcome.listed,
    differing_accounts: differences,
    differing_counters: outcome.differingCounters,
    differing_exceptions: outcome.differingExceptions,
    unpublished: left.outbox,
    queued: left.queued,
    stored_webhooks: left.stored,
    dead_letters: left.dead,
  });
}
