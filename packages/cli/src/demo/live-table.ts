import type { ProfilerSnapshot } from '@freeway/runtime';
import { STAGES } from '@freeway/runtime';
import { type LivesReport, toDecimalText, type TrafficReport } from '@freeway/simulator';
import type { Backlog } from './backlog.ts';

export interface TableInput {
  readonly traffic: TrafficReport;
  readonly lives: LivesReport;
  /** Notifications acknowledged since the last view. */
  readonly webhooksPerSecond: number;
  /** Listed for an operator since the start. */
  readonly exceptions: number;
  readonly profile: ProfilerSnapshot;
  readonly backlog: Backlog;
  readonly elapsedMs: number;
}

/** The live view as lines of text: rates, reasons, records, latency by stage, caches, queues. */
export function tableLines(input: TableInput): string[] {
  const { traffic, lives, profile, backlog, elapsedMs } = input;
  const { recent, sinceStart } = profile;
  const seconds = Math.floor(elapsedMs / 1000);
  const hits = Object.values(recent.caches).reduce((sum, cache) => sum + cache.hits, 0);
  const lookups = Object.values(recent.caches).reduce((sum, cache) => sum + cache.hits + cache.misses, 0);
  return [
    `${String(seconds).padStart(4)} s   ${recent.requestsPerSecond.toFixed(1)} requests/s   ${traffic.sent} sent   ` +
      `${traffic.approved} approved   ${total(traffic.declined)} declined   ${traffic.wrong} wrong`,
    `  declined    ${reasons(traffic.declined)}`,
    `  webhooks    ${input.webhooksPerSecond.toFixed(1)}/s   ${lives.webhooks.acknowledged} acknowledged   ` +
      `${lives.webhooks.waiting} on their way   p99 ${lives.webhooks.latencyMs.p99.toFixed(1)} ms   ` +
      `${lives.underWay} lives under way`,
    `  records     ${most(lives.records)}`,
    `  cleared     ${money(lives.cleared)}      on the operator's list  ${input.exceptions}`,
    `  cache hits  ${lookups === 0 ? '-' : `${((100 * hits) / lookups).toFixed(1)} %`}      queue depth  ` +
      `outbox ${backlog.outbox}, queued ${backlog.queued}, stored ${backlog.stored}, dead ${backlog.dead}`,
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
export function tableLine(input: TableInput): string {
  const { traffic, lives, profile, backlog, elapsedMs } = input;
  const { p50, p95, p99 } = profile.recent.stages.total;
  return (
    `${Math.round(elapsedMs / 1000)} s: ${profile.recent.requestsPerSecond.toFixed(1)} requests/s, ${traffic.approved} approved, ` +
    `${total(traffic.declined)} declined, ${traffic.wrong} wrong, p50/p95/p99 ${[p50, p95, p99].map((ms) => ms.toFixed(2)).join('/')} ms, ` +
    `${input.webhooksPerSecond.toFixed(1)} webhooks/s, ${money(lives.cleared)} cleared, ` +
    `outbox ${backlog.outbox}, queued ${backlog.queued}`
  );
}

function total(declined: Readonly<Record<string, number>>): number {
  return Object.values(declined).reduce((sum, count) => sum + count, 0);
}

/** The most usual types of records, and how many the others are. */
function most(records: LivesReport['records']): string {
  const sorted = Object.entries(records).toSorted(([, a], [, b]) => b - a);
  const [shown, others] = [sorted.slice(0, 6), sorted.slice(6)];
  const texts = shown.map(([type, count]) => `${type} ${count}`);
  const rest = others.reduce((sum, [, count]) => sum + count, 0);
  return texts.length === 0 ? '-' : [...texts, ...(rest > 0 ? [`other ${rest}`] : [])].join(', ');
}

function money(amounts: LivesReport['cleared']): string {
  const texts = Object.entries(amounts).map(([currency, minor]) => `${currency} ${toDecimalText(minor, currency)}`);
  return texts.length === 0 ? '-' : texts.join(', ');
}

function reasons(declined: Readonly<Record<string, number>>): string {
  const sorted = Object.entries(declined).toSorted(([, a], [, b]) => b - a);
  return sorted.length === 0 ? '-' : sorted.map(([reason, count]) => `${reason} ${count}`).join(', ');
}
