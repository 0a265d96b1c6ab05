import type { TrafficReport } from '@freeway/simulator';
import type { Figure, Promised } from '../drill.ts';
import type { Comparison } from './compare-acknowledged.ts';
import type { Load } from './play-load.ts';

/** The platform's patience (PROTOCOL section 8). */
const PATIENCE_MS = 3000;

/** Processes that have just started are slow: how soon they answer is judged after this, what they answer from the start. */
const WARM_UP_MS = 5000;

/** What must hold of every answer, whatever is killed meanwhile. */
export function judgeAnswers({ timeline, wrong, startedAtMs }: Load, killedAtMs: number): readonly Promised[] {
  const { tries, unanswered, late, excused, slowestMs } = timeline.counts(startedAtMs + WARM_UP_MS, PATIENCE_MS);
  const before = timeline.counts(startedAtMs + WARM_UP_MS, PATIENCE_MS, killedAtMs);
  const slow = before.late + before.unanswered;
  const hint =
    slow === 0 ? '' : `; ${slow} of the others before anything was killed: this machine does not hold the rate`;
  const excuse = excused === 0 ? '' : `; ${excused} more took longer only because the drill itself had to wait`;
  return [
    {
      promise: `every request gets an answer within ${PATIENCE_MS / 1000} s, be it an error`,
      kept: tries > 0 && unanswered === 0 && late === 0,
      seen: `${tries - unanswered - late - excused} of ${tries}, the slowest after ${Math.round(slowestMs)} ms${excuse}${hint}`,
    },
    {
      promise: 'no answer is wrong',
      kept: wrong.length === 0,
      seen: wrong.length === 0 ? 'the simulator agrees with every one' : firstOf(wrong),
    },
  ];
}

export const judgeComparison = (promise: string, { compared, faults }: Comparison): Promised => ({
  promise,
  kept: compared > 0 && faults.length === 0,
  seen: faults.length === 0 ? `${compared} of ${compared}` : `${faults.length} of ${compared} not: ${firstOf(faults)}`,
});

const SHOWN = 3;

export function firstOf(faults: readonly string[]): string {
  const more = faults.length - SHOWN;
  return faults.slice(0, SHOWN).join('; ') + (more > 0 ? `; and ${more} more` : '');
}

export interface Moments {
  readonly killedAtMs: number;
  /** When the failure was over; undefined when it never was. */
  readonly recoveredAtMs: number | undefined;
}

/** Figures of a load during which something was killed. */
export function loadFigures(
  load: Load,
  reports: readonly TrafficReport[],
  { killedAtMs, recoveredAtMs }: Moments,
): Figure[] {
  const { timeline } = load;
  const overAtMs = recoveredAtMs ?? killedAtMs;
  const parts = [
    ['before', load.startedAtMs, killedAtMs],
    ['during', killedAtMs, Math.max(overAtMs, killedAtMs + 1000)],
    ['after', Math.max(overAtMs, killedAtMs + 1000), Infinity],
  ] as const;
  const sum = (count: (report: TrafficReport) => number): number =>
    reports.reduce((total, report) => total + count(report), 0);
  return [
    figure(
      'messages',
      'messages sent',
      sum(({ sent }) => sent),
    ),
    figure('tries', 'requests, those sent again included', timeline.counts(0, PATIENCE_MS).tries),
    figure('errors', 'answered with an error', timeline.errors()),
    figure(
      'recovered',
      'messages answered at a later try',
      sum(({ recovered }) => recovered),
    ),
    figure(
      'skipped',
      'arrivals left out, their accounts being busy',
      sum(({ skipped }) => skipped),
    ),
    figure('own_delay_ms', 'how late the drill itself was at most, ms', timeline.longestOwnDelayMs()),
    ...parts.flatMap(([name, fromMs, toMs]) => {
      const { count, p50Ms, p99Ms, maxMs } = timeline.latency(fromMs, toMs);
      return [
        figure(`requests_${name}`, `requests ${name}`, count),
        figure(`p50_${name}_ms`, `  p50 ${name}, ms`, p50Ms),
        figure(`p99_${name}_ms`, `  p99 ${name}, ms`, p99Ms),
        figure(`max_${name}_ms`, `  slowest ${name}, ms`, maxMs),
      ];
    }),
  ];
}

export const figure = (name: string, text: string, value: number): Figure => ({
  name,
  text,
  value: Math.round(value * 10) / 10,
});
