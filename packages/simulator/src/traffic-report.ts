import { build } from 'hdr-histogram-js';
import { declineReasonOf } from './check-answer.ts';
import { maskBody } from './mask.ts';
import type { Answer } from './check-answer.ts';
import type { Planned } from './traffic.ts';
import type { Prediction } from './model.ts';

/** An answer that was not what it must be. Card data masked. */
export interface WrongAnswer {
  readonly play: string;
  readonly faults: readonly string[];
  readonly expected: string;
  readonly status: number;
  readonly request: string;
  readonly response: string;
}

export interface LatencyMs {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** What happened so far. Counts are of messages, not of tries, unless they say so. */
export interface TrafficReport {
  /** Arrivals that were sent. */
  readonly sent: number;
  /** Answered within the time-out, at the first try or a later one; 5xx is no answer. */
  readonly answered: number;
  readonly inFlight: number;
  readonly approved: number;
  readonly declined: Readonly<Record<string, number>>;
  /** Messages by what was played, e.g. `authorization`, `repeat`. */
  readonly plays: Readonly<Record<string, number>>;
  readonly wrong: number;
  /** The first few wrong answers in full. */
  readonly wrongAnswers: readonly WrongAnswer[];
  /** Tries that took longer than the time-out. */
  readonly timeouts: number;
  /** Tries without an answer, by the network's code. */
  readonly connectionErrors: Readonly<Record<string, number>>;
  /** Tries answered with a 5xx, by status. */
  readonly serverErrors: Readonly<Record<string, number>>;
  /** Messages that were sent again until they were answered. */
  readonly recovered: number;
  /** Messages never answered. With lives the platform has decided them, without nobody knows what their accounts hold. */
  readonly unanswered: number;
  /** Arrivals given up because the accounts drawn were busy. */
  readonly skipped: number;
  /** First tries that were answered, from the planned arrival to the last byte. */
  readonly latencyMs: LatencyMs;
  readonly durationMs: number;
}

const WRONG_ANSWERS_MAX = 5;

/** Collects a report while traffic plays. */
export interface Tally {
  begin(): void;
  sent(planned: Planned): void;
  /** An answer with all that is wrong with it. */
  answered(planned: Planned, prediction: Prediction, answer: Answer, faults: readonly string[]): void;
  timedOut(): void;
  connectionError(code: string): void;
  serverError(status: number): void;
  recovered(): void;
  unanswered(): void;
  skipped(): void;
  latency(ms: number): void;
  report(): TrafficReport;
}

export function createTally(nowMs: () => number): Tally {
  let startedAtMs = nowMs();
  // Latencies in microseconds: 1 us to a minute, three digits.
  const latency = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 60_000_000,
    numberOfSignificantValueDigits: 3,
  });
  const counts = { sent: 0, answered: 0, approved: 0, wrong: 0, timeouts: 0, recovered: 0, unanswered: 0, skipped: 0 };
  const declined: Record<string, number> = {};
  const plays: Record<string, number> = {};
  const connectionErrors: Record<string, number> = {};
  const serverErrors: Record<string, number> = {};
  const wrongAnswers: WrongAnswer[] = [];
  const at = (percentile: number): number => latency.getValueAtPercentile(percentile) / 1000;
  return {
    begin: () => void (startedAtMs = nowMs()),
    sent(planned) {
      counts.sent++;
      increase(plays, planned.play);
    },
    answered(planned, prediction, answer, faults) {
      counts.answered++;
      if (answer.status === 200) counts.approved++;
      if (answer.status === 402) increase(declined, declineReasonOf(answer));
      if (faults.length === 0) return;
      counts.wrong++;
      if (wrongAnswers.length < WRONG_ANSWERS_MAX) wrongAnswers.push(describe(planned, prediction, answer, faults));
    },
    timedOut: () => void counts.timeouts++,
    connectionError: (code) => increase(connectionErrors, code),
    serverError: (status) => increase(serverErrors, String(status)),
    recovered: () => void counts.recovered++,
    unanswered: () => void counts.unanswered++,
    skipped: () => void counts.skipped++,
    latency: (ms) => latency.recordValue(Math.min(60_000_000, Math.max(1, Math.round(ms * 1000)))),
    report: () => ({
      ...counts,
      inFlight: counts.sent - counts.answered - counts.unanswered,
      declined: { ...declined },
      plays: { ...plays },
      wrongAnswers: [...wrongAnswers],
      connectionErrors: { ...connectionErrors },
      serverErrors: { ...serverErrors },
      latencyMs: { p50: at(50), p95: at(95), p99: at(99), p999: at(99.9), max: latency.maxValue / 1000 },
      durationMs: Math.round(nowMs() - startedAtMs),
    }),
  };
}

function increase(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}

function describe(
  { play, body }: Planned,
  { status, declineReason, basis }: Prediction,
  answer: Answer,
  faults: readonly string[],
): WrongAnswer {
  return {
    play,
    faults,
    expected: [String(status), declineReason, basis].filter(Boolean).join(' '),
    status: answer.status,
    request: maskBody(body),
    response: maskBody(answer.body),
  };
}
