import { basicAuthorization } from '../references/basic-authorization.ts';
import type { Arrivals } from './arrivals.ts';
import { createLines, type Lines } from './lines.ts';
import { ANSWER_TIMEOUT_MS, type LoadPlan } from './load-plan.ts';
import type { LoadResult } from './load-result.ts';
import { sendOnTime } from './send-on-time.ts';
import { createTally } from './tally.ts';

export interface OpenLoopPlan extends LoadPlan {
  readonly arrivals: Arrivals;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

/** How closely the time-out is kept. */
const LOOK_EVERY_MS = 100;

/**
 * Sends each message at its time, over connections that stay open, and counts its latency from that time: what waits
 * behind a stalled answer, or for a connection, or for us, has waited.
 */
export async function playOpenLoop(plan: OpenLoopPlan): Promise<LoadResult> {
  const { arrivals, workload, targets, warmUpMs, signal, now = () => performance.now() } = plan;
  const startedAtMs = now();
  const countsFromMs = startedAtMs + warmUpMs;
  const tally = createTally({ loop: 'open', workload, check: plan.check, countsFromMs });
  let underWay = 0;
  let offered = 0;
  let isCounting = false;
  let everythingSettled: (() => void) | undefined;

  function settle(): void {
    underWay--;
    if (underWay === 0) everythingSettled?.();
  }

  const all = targets.map((url) =>
    createLines({
      url,
      headers: ['authorization', basicAuthorization(plan.credentials), 'content-type', 'application/json'],
      connections: Math.ceil(plan.connections / targets.length),
      answered(request, sinceMs, status, body) {
        tally.answered(request, sinceMs, { status, body, atMs: now() });
        settle();
      },
      unanswered(why) {
        tally.unanswered(why);
        settle();
      },
    }),
  );

  let turn = 0;
  function send(intendedAtMs: number): boolean {
    const request = workload.next();
    if (request === undefined) return false;
    if (!isCounting && intendedAtMs >= countsFromMs) {
      isCounting = true;
      plan.onCounting?.();
    }
    if (isCounting) offered++;
    underWay++;
    tally.sent(intendedAtMs, now());
    const lines = all[turn++ % all.length] as Lines;
    lines.post(request, intendedAtMs);
    return true;
  }

  const look = setInterval(() => {
    for (const lines of all) lines.giveUpBefore(now() - ANSWER_TIMEOUT_MS);
    if (signal.aborted) everythingSettled?.();
  }, LOOK_EVERY_MS);
  try {
    await sendOnTime({ times: arrivals.times, startedAtMs, signal, now, send });
    plan.onCounted?.();
    if (underWay > 0) await new Promise<void>((resolve) => (everythingSettled = resolve));
  } finally {
    clearInterval(look);
    for (const lines of all) lines.close();
  }
  signal.throwIfAborted();
  return tally.result((offered * 1000) / (arrivals.durationMs - warmUpMs));
}
