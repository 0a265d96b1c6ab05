import { countOne } from '../../count-one.ts';
import { createHistogram, latencyOf, recordMs } from '../../latency.ts';
import type { JitRequest } from '../workload/jit-request.ts';
import type { Workload } from '../workload/workload.ts';
import type { CheckAnswer } from './check-answer.ts';
import { latencyCurve } from './latency-curve.ts';
import { ANSWER_TIMEOUT_MS } from './load-plan.ts';
import type { LoadResult } from './load-result.ts';
import { createSecondsOfLoad } from './seconds-of-load.ts';

export interface TallyPlan {
  readonly loop: LoadResult['loop'];
  readonly workload: Workload;
  readonly check: CheckAnswer;
  /** What began earlier is checked and not counted; what is wrong with it counts all the same. */
  readonly countsFromMs: number;
}

/** Keeps count of one load. All times are monotonic milliseconds; `sinceMs` is when a latency begins. */
export interface Tally {
  sent(sinceMs: number, atMs: number): void;
  answered(request: JitRequest, sinceMs: number, answer: AnswerAt): void;
  /** None came, or none in time. */
  unanswered(why: string): void;
  result(offeredPerSecond?: number): LoadResult;
}

export interface AnswerAt {
  readonly status: number;
  readonly body: string;
  readonly atMs: number;
}

export function createTally({ loop, workload, check, countsFromMs }: TallyPlan): Tally {
  const latency = createHistogram();
  const sentLate = createHistogram();
  const seconds = createSecondsOfLoad();
  const declined: Record<string, number> = {};
  const wrong: Record<string, number> = {};
  let sent = 0;
  let answered = 0;
  let approved = 0;
  let repeated = 0;
  let lastAnswerAtMs = countsFromMs;

  return {
    sent(sinceMs, atMs) {
      if (sinceMs < countsFromMs) return;
      sent++;
      recordMs(sentLate, atMs - sinceMs);
    },
    answered(request, sinceMs, { status, body, atMs }) {
      const tookMs = atMs - sinceMs;
      const counts = sinceMs >= countsFromMs;
      if (counts) {
        answered++;
        lastAnswerAtMs = atMs;
        recordMs(latency, tookMs);
        seconds.record(atMs - countsFromMs, tookMs);
      }
      const answer = check(request, status, body);
      if (answer.outcome === 'wrong') return countOne(wrong, answer.fault);
      if (tookMs > ANSWER_TIMEOUT_MS) return countOne(wrong, `answered after ${ANSWER_TIMEOUT_MS} ms`);
      workload.answered(request, status, body);
      if (!counts) return;
      if (answer.outcome === 'declined') countOne(declined, answer.reason);
      else if (answer.outcome === 'repeated') repeated++;
      else approved++;
    },
    unanswered: (why) => countOne(wrong, `no answer: ${why}`),
    result(offeredPerSecond) {
      const lasted = (lastAnswerAtMs - countsFromMs) / 1000;
      return {
        loop,
        seconds: lasted,
        sent,
        answered,
        answeredPerSecond: lasted === 0 ? 0 : answered / lasted,
        offeredPerSecond,
        approved,
        declined,
        repeated,
        wrong,
        latencyMs: latencyOf(latency),
        curve: latencyCurve(latency),
        overTime: seconds.list(),
        sentLateMs: loop === 'open' ? latencyOf(sentLate) : undefined,
      };
    },
  };
}
