import { describe, expect, it } from 'vitest';
import { readEventLoop } from '../src/event-loop-utilization.ts';
import { createMetrics } from '../src/index.ts';

/** A loop that was busy and idle for so long since it began. */
function fakeLoop() {
  let active = 0;
  let idle = 0;
  return {
    pass(busyMs: number, idleMs: number) {
      active += busyMs;
      idle += idleMs;
    },
    now: () => ({ active, idle, utilization: 0 }),
  };
}

describe('the utilisation of the event loop', () => {
  it('is the busy share since the reading before, not since the start', () => {
    const loop = fakeLoop();
    const read = readEventLoop(loop.now);
    loop.pass(0, 15_000);
    expect(read()).toBe(0);
    loop.pass(12_000, 3000);
    expect(read()).toBe(0.8);
    loop.pass(3000, 12_000);
    expect(read()).toBe(0.2);
  });

  it('is the same for two that read at nearly the same time', () => {
    const loop = fakeLoop();
    const read = readEventLoop(loop.now);
    for (const [busy, share] of [
      [12_000, 0.8],
      [3000, 0.2],
    ] as const) {
      loop.pass(busy, 15_000 - busy);
      expect(read()).toBeCloseTo(share, 2);
      loop.pass(0, 10);
      expect(read()).toBeCloseTo(share, 2);
    }
  });

  it('is 0 before any time has passed', () => {
    expect(readEventLoop(fakeLoop().now)()).toBe(0);
  });

  it('is a metric of every process, and a busy loop shows', async () => {
    const metrics = createMetrics({ process: 'gateway' });
    const until = performance.now() + 50;
    while (performance.now() < until);
    const share = /^freeway_event_loop_utilization\{process="gateway"\} (\S+)$/m.exec(await metrics.text())?.[1];
    expect(Number(share)).toBeGreaterThan(0);
    expect(Number(share)).toBeLessThanOrEqual(1);
  });
});
