import { build, type Histogram } from 'hdr-histogram-js';
import { Agent, request as httpRequest } from 'node:http';
import { checkAnswer } from './check-answer.ts';
import type { MemoryOptions } from './command-line.ts';
import { sendAtConstantRate } from './constant-rate.ts';
import type { JitRequest } from './create-requests.ts';

export interface TrafficPlan extends Pick<MemoryOptions, 'ratePerSecond' | 'durationMs'> {
  readonly url: URL;
  /** The Authorization header. */
  readonly authorization: string;
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

export interface Latency {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** The platform waits this long (PROTOCOL section 8). */
const ANSWER_TIMEOUT_MS = 3000;
const CONNECTIONS_MAX = 100;

/** Sends authorizations at a constant rate and checks every answer. */
export async function playTraffic(plan: TrafficPlan): Promise<TrafficResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS_MAX });
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
      const { status, body } = await post(plan, agent, jit.body);
      const tookMs = performance.now() - intendedAtMs;
      recordMs(latency, tookMs);
      const answer = checkAnswer(jit, status, body);
      if (answer.outcome === 'wrong') countOne(wrong, answer.fault);
      else if (tookMs > ANSWER_TIMEOUT_MS) countOne(wrong, `answered after ${ANSWER_TIMEOUT_MS} ms`);
      else if (answer.outcome === 'approved') approved++;
      else countOne(declined, answer.reason);
    } catch (error) {
      countOne(wrong, `no answer: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`);
    }
  }

  const startedAtMs = performance.now();
  await sendAtConstantRate({
    ...plan,
    send(intendedAtMs) {
      sent++;
      const playing = exchange(intendedAtMs).finally(() => underWay.delete(playing));
      underWay.add(playing);
    },
  });
  const sentPerSecond = (sent * 1000) / (performance.now() - startedAtMs);
  await Promise.all(underWay);
  const answeredPerSecond = (sent * 1000) / (performance.now() - startedAtMs);
  agent.destroy();
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

interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

function post(plan: TrafficPlan, agent: Agent, body: string): Promise<HttpAnswer> {
  const headers = {
    authorization: plan.authorization,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  };
  return new Promise((resolve, reject) => {
    const request = httpRequest(plan.url, { method: 'POST', agent, headers, signal: plan.signal }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.once('error', reject);
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
    });
    request.setTimeout(ANSWER_TIMEOUT_MS, () => request.destroy(new Error('timed out')));
    request.once('error', reject);
    request.end(body);
  });
}

/** Microseconds, up to a minute. */
function createHistogram(): Histogram {
  return build({ lowestDiscernibleValue: 1, highestTrackableValue: 60_000_000, numberOfSignificantValueDigits: 3 });
}

function recordMs(histogram: Histogram, ms: number): void {
  histogram.recordValue(Math.min(60_000_000, Math.max(0, Math.round(ms * 1000))));
}

function latencyOf(histogram: Histogram): Latency {
  const at = (percentile: number): number => histogram.getValueAtPercentile(percentile) / 1000;
  return { p50: at(50), p95: at(95), p99: at(99), p999: at(99.9), max: histogram.maxValue / 1000 };
}

function countOne(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}
