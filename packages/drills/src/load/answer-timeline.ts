import { build } from 'hdr-histogram-js';

/** One request over HTTP, whatever came of it. Times are of one monotonic clock. */
export interface Try {
  readonly sentAtMs: number;
  readonly endedAtMs: number;
  /** Absent when no answer came: the platform's patience ended, or the connection broke. */
  readonly status?: number;
}

export interface LatencyOfTries {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface TryCounts {
  readonly tries: number;
  readonly unanswered: number;
  /** Answered after the patience, by more than our own delay meanwhile explains. */
  readonly late: number;
  /** Answered after the patience as we saw it; our own delay explains it. */
  readonly excused: number;
  readonly slowestMs: number;
}

/** What became of every request, by when it was sent. */
export interface AnswerTimeline {
  add(one: Try): void;
  /** Answers with a status of 500 and more. */
  errors(): number;
  /** Notes that whoever measures was itself late by so much at that moment: what it sees of others is that much too long. */
  ownDelay(atMs: number, lateMs: number): void;
  longestOwnDelayMs(): number;
  /** Of those that were sent from one moment to another, against how long an answer may take. */
  counts(fromMs: number, patienceMs: number, toMs?: number): TryCounts;
  /** From the first failure after a moment to the first success after which a second went by without a failure. */
  outage(afterMs: number): { readonly failedAtMs: number; readonly recoveredAtMs: number | undefined } | undefined;
  latency(fromMs: number, toMs: number): LatencyOfTries;
  /** Each of them as one line of JSON. */
  lines(): string;
}

/** After a success failures may still come, from what was under way. */
const CALM_MS = 1000;

export function createAnswerTimeline(): AnswerTimeline {
  const all: Try[] = [];
  const delays: { readonly atMs: number; readonly lateMs: number }[] = [];
  const failed = ({ status }: Try): boolean => status === undefined || status >= 500;
  const latencyOf = ({ sentAtMs, endedAtMs }: Try): number => endedAtMs - sentAtMs;

  /** We were away from `atMs - lateMs` to `atMs`; only what falls into the request's time counts. */
  const ownDelayDuring = ({ sentAtMs, endedAtMs }: Try): number =>
    delays.reduce(
      (sum, { atMs, lateMs }) => sum + Math.max(0, Math.min(atMs, endedAtMs) - Math.max(atMs - lateMs, sentAtMs)),
      0,
    );

  return {
    add: (one) => void all.push(one),
    errors: () => all.filter(({ status = 0 }) => status >= 500).length,
    ownDelay: (atMs, lateMs) => void delays.push({ atMs, lateMs }),
    longestOwnDelayMs: () => delays.reduce((longest, { lateMs }) => Math.max(longest, lateMs), 0),
    counts(fromMs, patienceMs, toMs = Infinity) {
      const sent = all.filter(({ sentAtMs }) => sentAtMs >= fromMs && sentAtMs < toMs);
      const over = sent.filter((one) => one.status !== undefined && latencyOf(one) > patienceMs);
      const late = over.filter((one) => latencyOf(one) - ownDelayDuring(one) > patienceMs).length;
      return {
        tries: sent.length,
        unanswered: sent.filter(({ status }) => status === undefined).length,
        late,
        excused: over.length - late,
        slowestMs: sent.reduce((slowest, one) => Math.max(slowest, latencyOf(one)), 0),
      };
    },
    lines: () => all.map((one) => `${JSON.stringify(one)}\n`).join(''),
    outage(afterMs) {
      const ended = all.filter(({ endedAtMs }) => endedAtMs >= afterMs).toSorted((a, b) => a.endedAtMs - b.endedAtMs);
      const first = ended.find(failed);
      if (first === undefined) return undefined;
      let recovered: Try | undefined;
      for (const one of ended.slice(ended.indexOf(first))) {
        if (recovered !== undefined && one.endedAtMs - recovered.endedAtMs > CALM_MS) break;
        if (failed(one)) recovered = undefined;
        else recovered ??= one;
      }
      return { failedAtMs: first.endedAtMs, recoveredAtMs: recovered?.endedAtMs };
    },
    latency(fromMs, toMs) {
      const histogram = build({ lowestDiscernibleValue: 1, highestTrackableValue: 60_000_000 });
      for (const one of all)
        if (one.sentAtMs >= fromMs && one.sentAtMs < toMs)
          histogram.recordValue(Math.min(60_000_000, Math.max(1, Math.round(latencyOf(one) * 1000))));
      const at = (percentile: number): number => histogram.getValueAtPercentile(percentile) / 1000;
      return { count: histogram.totalCount, p50Ms: at(50), p99Ms: at(99), maxMs: histogram.maxValue / 1000 };
    },
  };
}
