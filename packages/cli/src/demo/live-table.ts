import type { ProfilerSnapshot } from '@freeway/runtime';
import { STAGES } from '@freeway/runtime';
import type { TrafficReport } from '@freeway/simulator';

export interface TableInput {
  readonly traffic: TrafficReport;
  readonly profile: ProfilerSnapshot;
  /** Outbox rows not published, and messages not handled. */
  readonly backlog: { readonly outbox: number; readonly queued: number; readonly dead: number };
  readonly elapsedMs: number;
}

/** The live view as lines of text: rates, reasons, latency by stage, caches, queues. */
export function tableLines({ traffic, profile, backlog, elapsedMs }: TableInput): string[] {
  const { recent, sinceStart } = profile;
  const seconds = Math.floor(elapsedMs / 1000);
  const hits = Object.values(recent.caches).reduce((sum, cache) => sum + cache.hits, 0);
  const lookups = Object.values(recent.caches).reduce((sum, cache) => sum + cache.hits + cache.misses, 0);
  return [
    `${String(seconds).padStart(4)} s   ${recent.requestsPerSecond.toFixed(1)} requests/s   ${traffic.sent} sent   ` +
      `${traffic.approved} approved   ${total(traffic.declined)} declined   ${traffic.wrong} wrong`,
    `  declined    ${reasons(traffic.declined)}`,
    `  cache hits  ${lookups === 0 ? '-' : `${((100 * hits) / lookups).toFixed(1)} %`}      queue depth  ` +
      `outbox ${backlog.outbox}, queued ${backlog.queued}, dead ${backlog.dead}`,
    '',
    `  ${'stage'.padEnd(14)}${['p50', 'p95', 'p99', 'max'].map((name) => name.padStart(10)).join('')}   ms`,
    ...STAGES.map((stage) => {
      const { p50, p95, p99, max } = recent.stages[stage];
      return `  ${stage.padEnd(14)}${[p50, p95, p99, max].map((ms) => ms.toFixed(2).padStart(10)).join('')}`;
    }),
    `  since start: total p99 ${sinceStart.stages.total.p99.toFixed(2)} ms over ${sinceStart.stages.total.count} authorizations`,
  ];
}

/** The same in one line, for a log or a pipe. */
export function tableLine({ traffic, profile, backlog, elapsedMs }: TableInput): string {
  const { p50, p95, p99 } = profile.recent.stages.total;
  return (
    `${Math.round(elapsedMs / 1000)} s: ${profile.recent.requestsPerSecond.toFixed(1)} requests/s, ${traffic.approved} approved, ` +
    `${total(traffic.declined)} declined, ${traffic.wrong} wrong, p50/p95/p99 ${[p50, p95, p99].map((ms) => ms.toFixed(2)).join('/')} ms, ` +
    `outbox ${backlog.outbox}, queued ${backlog.queued}`
  );
}

function total(declined: Readonly<Record<string, number>>): number {
  return Object.values(declined).reduce((sum, count) => sum + count, 0);
}

function reasons(declined: Readonly<Record<string, number>>): string {
  const sorted = Object.entries(declined).toSorted(([, a], [, b]) => b - a);
  return sorted.length === 0 ? '-' : sorted.map(([reason, count]) => `${reason} ${count}`).join(', ');
}
