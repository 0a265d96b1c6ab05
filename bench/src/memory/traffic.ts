import type { MemoryOptions } from '../command-line.ts';
import { constantArrivals } from '../authorizations/load/arrivals.ts';
import { sendOnTime } from '../authorizations/load/send-on-time.ts';
import { countOne } from '../count-one.ts';
import { createHistogram, type Latency, latencyOf, recordMs } from '../latency.ts';
import { createPoster, type Credentials, whyUnanswered } from '../poster.ts';
import { checkAnswer } from './check-answer.ts';
import type { JitRequest } from './create-requests.ts';

export interface TrafficPlan extends Pick<MemoryOptions, 'ratePerSecond' | 'durationMs'> {
  readonly url: URL;
  readonly credentials: Credentials;
  readonly signal: AbortSignal;
  next(): JitRequest;
}

export interface TrafficResult {
  readonly sent: number;
  readonly approved: number;
  readonly declined: Readonly<Record<string, number>>;
  /** What was wrong, with how many answers. */
  readonly wrong: Readonly<Record<string, number>>;
  /** What was sent, over the time that sending took: the load. */
  readonly sentPerSecond: number;
  /** The same, over the time until the last answer. */
  readonly answeredPerSecond: number;
  /** From the intended start to the last byte of the answer. */
  readonly latencyMs: Latency;
  /** How late the bench itself sent: part of that latency, and not the gateway's. */
  readonly sentLateMs: Latency;
}

/** The platform waits this long (PROTOCOL section 8). */
const ANSWER_TIMEOUT_MS = 3000;
const CONNECTIONS_MAX = 100;

/** Sends authorizations at a constant rate and checks every answer. */
export async function playTraffic(plan: TrafficPlan): Promise<TrafficResult> {
  const poster = createPoster({ ...plan, timeoutMs: ANSWER_TIMEOUT_MS, connections: CONNECTIONS_MAX });
  const latency = createHistogram();
  const sentLate = createHistogram();
  const declined: Record<string, number> = {};
  const wrong: Record<string, number> = {};
  const underWay = new Set<Promise<void>>();
  let sent = 0;
  let approved = 0;

  async function exchange(intendedAtMs: number): Promise<void> {
    const jit = plan.next();
    recordMs(sentLate, performance.now() - intendedAtMs);
    try {
      const { status, body } = await poster.post(jit.body);
      const tookMs = performance.now() - intendedAtMs;
      recordMs(latency, tookMs);
      const answer = checkAnswer(jit, status, body);
      if (answer.outcome === 'wrong') countOne(wrong, answer.fault);
      else if (tookMs > ANSWER_TIMEOUT_MS) countOne(wrong, `answered after ${ANSWER_TIMEOUT_MS} ms`);
      else if (answer.outcome === 'approved') approved++;
      else countOne(declined, answer.reason);
    } catch (error) {
      countOne(wrong, whyUnanswered(error));
    }
  }

  const startedAtMs = performance.now();
  await sendOnTime({
    times: constantArrivals(plan).times,
    startedAtMs,
    signal: plan.signal,
    now: () => performance.now(),
    send(intendedAtMs) {
      sent++;
      const playing = exchange(intendedAtMs).finally(() => underWay.delete(playing));
      underWay.add(playing);
      return true;
    },
  });
  const sentPerSecond = (sent * 1000) / (performance.now() - startedAtMs);
  await Promise.all(underWay);
  const answeredPerSecond = (sent * 1000) / (performance.now() - startedAtMs);
  poster.close();
  plan.signal.throwIfAborted();
  return {
    sent,
    approved,
    declined,
    wrong,
    sentPerSecond,
    answeredPerSecond,
    latencyMs: latencyOf(latency),
    sentLateMs: latencyOf(sentLate),
  };
}
