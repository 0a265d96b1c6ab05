import { describe, expect, it } from 'vitest';
import { createLogger, createMetrics, createProfiler, STAGES } from '../src/index.ts';

function harness(options: { windowMs?: number; warnMs?: number; criticalMs?: number } = {}) {
  let text = '';
  const time = { now: 1000 };
  const metrics = createMetrics({ process: 'gateway', node: false });
  const profiler = createProfiler({
    logger: createLogger({ process: 'gateway', destination: { write: (line) => void (text += line) } }),
    metrics,
    clock: () => time.now,
    ...options,
  });
  const lines = (): Record<string, unknown>[] =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  /** One authorization whose commit takes this long. */
  const authorize = (commitMs: number): void => {
    const timer = profiler.start();
    timer.mark('decode');
    time.now += commitMs;
    timer.mark('commit');
    timer.end();
  };
  return { time, metrics, profiler, lines, authorize };
}

describe('a stage timer', () => {
  it('gives each stage the time since the mark before, and the total', () => {
    const { time, profiler } = harness();
    const timer = profiler.start();
    for (const [index, stage] of STAGES.entries()) {
      if (stage === 'total') continue;
      time.now += index + 1;
      timer.mark(stage);
    }
    time.now += 2;
    timer.end();
    expect(timer.timings()).toEqual({
      decode: 1,
      user_lookup: 2,
      card_lookup: 3,
      limits_check: 4,
      decision: 5,
      commit: 6,
      encode: 7,
      total: 30,
    });
    const { stages } = profiler.snapshot().recent;
    expect(stages.commit).toMatchObject({ count: 1, max: 6 });
    expect(stages.total).toMatchObject({ count: 1, max: 30 });
  });

  it('sums a stage that comes twice, as when a stale commit is decided again', () => {
    const { time, profiler } = harness();
    const timer = profiler.start();
    time.now += 3;
    timer.mark('commit');
    time.now += 1;
    timer.mark('decision');
    time.now += 4;
    timer.mark('commit');
    timer.end();
    expect(timer.timings()).toEqual({ decision: 1, commit: 7, total: 8 });
    expect(profiler.snapshot().recent.stages.commit.count).toBe(1);
  });

  it('starts when the first byte arrived, counts once, and leaves out stages not reached', () => {
    const { time, profiler } = harness();
    const timer = profiler.start(time.now - 10);
    expect(timer.sofarMs()).toBe(10);
    timer.mark('decode');
    timer.end();
    time.now += 5;
    timer.end();
    const { stages } = profiler.snapshot().sinceStart;
    expect(stages.total).toMatchObject({ count: 1, max: 10 });
    expect(stages.commit.count).toBe(0);
    expect(timer.timings()).toEqual({ decode: 10, total: 10 });
  });
});

describe('a snapshot', () => {
  it('has percentiles at most one per cent off', () => {
    const { profiler } = harness();
    for (let ms = 1; ms <= 10_000; ms += 1) profiler.record('commit', ms / 100);
    const { count, p50, p95, p99, p999, max } = profiler.snapshot().recent.stages.commit;
    expect([count, max]).toEqual([10_000, 100]);
    for (const [seen, exact] of [
      [p50, 50],
      [p95, 95],
      [p99, 99],
      [p999, 99.9],
    ] as const) {
      expect(Math.abs(seen - exact) / exact).toBeLessThanOrEqual(0.01);
    }
  });

  it('has no percentile above what was seen', () => {
    const { profiler } = harness();
    profiler.record('commit', 12.3456);
    expect(profiler.snapshot().recent.stages.commit).toEqual({
      count: 1,
      p50: 12.3456,
      p95: 12.3456,
      p99: 12.3456,
      p999: 12.3456,
      max: 12.3456,
    });
  });

  it('takes times that no histogram can hold', () => {
    const { profiler } = harness();
    for (const ms of [-1, 0, 1e9]) profiler.record('encode', ms);
    expect(profiler.snapshot().recent.stages.encode).toMatchObject({ count: 3, p50: 0, max: 60_000 });
  });

  it('counts outcomes and caches', () => {
    const { time, profiler, authorize } = harness();
    for (const _ of [1, 2, 3]) profiler.approved();
    profiler.declined('insufficient_funds');
    profiler.lookedUp('card', true);
    profiler.lookedUp('card', true);
    profiler.lookedUp('card', false);
    profiler.lookedUp('owner', false);
    authorize(1000);
    time.now += 1000;
    expect(profiler.snapshot().recent).toMatchObject({
      seconds: 2,
      requestsPerSecond: 0.5,
      approved: 3,
      declined: { insufficient_funds: 1 },
      approvalRate: 0.75,
      caches: { card: { hits: 2, misses: 1, hitRate: 2 / 3 }, owner: { hits: 0, misses: 1, hitRate: 0 } },
    });
  });

  it('is all zeros before anything happened', () => {
    const { recent, sinceStart } = harness().profiler.snapshot();
    expect(recent).toEqual(sinceStart);
    expect(recent).toMatchObject({ requestsPerSecond: 0, approvalRate: 0, stages: { total: { count: 0, p99: 0 } } });
  });

  it('forgets in `recent` what is older than the window and nothing since the start', () => {
    const { time, profiler } = harness({ windowMs: 10_000 });
    const seen = () => {
      const { recent, sinceStart } = profiler.snapshot();
      return [recent.stages.commit.count, recent.approved, sinceStart.stages.commit.count, sinceStart.approved];
    };
    profiler.record('commit', 1);
    profiler.approved();
    time.now += 5000;
    profiler.record('commit', 2);
    expect(seen()).toEqual([2, 1, 2, 1]);
    time.now += 5000;
    expect(seen()).toEqual([1, 0, 2, 1]);
    profiler.approved();
    time.now += 60_000;
    expect(seen()).toEqual([0, 0, 2, 2]);
    expect(profiler.snapshot().sinceStart.stages.commit.max).toBe(2);
    expect(profiler.snapshot().recent.seconds).toBe(0);
  });

  it('spans between half a window and a whole one', () => {
    const { time, profiler } = harness({ windowMs: 10_000 });
    for (let second = 1; second <= 60; second += 1) {
      time.now += 1000;
      profiler.approved();
      const { seconds, approved } = profiler.snapshot().recent;
      expect(seconds).toBeGreaterThanOrEqual(Math.min(second, 5));
      expect(seconds).toBeLessThanOrEqual(10);
      expect(Math.abs(approved - seconds)).toBeLessThanOrEqual(1);
    }
  });
});

describe('slow requests', () => {
  it('warn above one bound, are errors above the next, and say how many a line stands for', () => {
    const { time, authorize, lines } = harness({ warnMs: 50, criticalMs: 100 });
    for (const ms of [50, 51, 60, 100, 101, 102]) authorize(ms);
    time.now += 10_000;
    authorize(70);
    authorize(200);
    expect(
      lines().map(({ level, suppressed, stages_ms: stages }) => [
        level,
        (stages as { total: number }).total,
        suppressed,
      ]),
    ).toEqual([
      ['warn', 51, 0],
      ['error', 101, 0],
      ['warn', 70, 2],
      ['error', 200, 1],
    ]);
  });

  it('are counted, all of them', async () => {
    const { authorize, metrics } = harness();
    for (const ms of [51, 60, 101]) authorize(ms);
    const text = await metrics.text();
    expect(text).toContain('freeway_slow_requests_total{severity="warning",process="gateway"} 2');
    expect(text).toContain('freeway_slow_requests_total{severity="critical",process="gateway"} 1');
  });
});

function commitSeries(suffix: string, le?: string): string {
  const bound = le === undefined ? '' : `le="${le}",`;
  return `freeway_stage_seconds${suffix}{${bound}stage="commit",process="gateway"}`;
}

describe('the export to Prometheus', () => {
  it('is a histogram of each stage since the start', async () => {
    const { time, profiler, metrics } = harness({ windowMs: 1000 });
    for (const ms of [0.4, 3, 3, 30_000]) profiler.record('commit', ms);
    time.now += 10_000;
    const text = await metrics.text();
    expect(text).toContain('# TYPE freeway_stage_seconds histogram');
    expect(text).toContain(`${commitSeries('_bucket', '0.0005')} 1\n`);
    expect(text).toContain(`${commitSeries('_bucket', '0.0025')} 1\n`);
    expect(text).toContain(`${commitSeries('_bucket', '0.005')} 3\n`);
    expect(text).toContain(`${commitSeries('_bucket', '5')} 3\n`);
    expect(text).toContain(`${commitSeries('_bucket', '+Inf')} 4\n`);
    const sum = text.split('\n').find((line) => line.startsWith(commitSeries('_sum')));
    expect(Number(sum?.split(' ')[1])).toBeCloseTo(30.0064, 9);
    expect(text).toContain(`${commitSeries('_count')} 4\n`);
    expect(text).toContain('freeway_stage_seconds_count{stage="decode",process="gateway"} 0');
  });

  it('counts outcomes and look-ups once however often it is asked', async () => {
    const { profiler, metrics } = harness();
    profiler.approved();
    profiler.declined('card_expired');
    profiler.lookedUp('owner', true);
    await metrics.text();
    const text = await metrics.text();
    expect(text).toContain('freeway_decisions_total{outcome="approved",reason="",process="gateway"} 1');
    expect(text).toContain('freeway_decisions_total{outcome="declined",reason="card_expired",process="gateway"} 1');
    expect(text).toContain('freeway_fact_lookups_total{cache="owner",result="hit",process="gateway"} 1');
  });
});
