import { describe, expect, it } from 'vitest';
import { exportHealth } from '../src/export-health.ts';
import { type CheckResult, createHealth, createMetrics, type HealthState } from '../src/index.ts';

const result = (state: HealthState) => async (): Promise<CheckResult> => ({ state, latencyMs: 1 });

function healthOf(services: Record<string, [required: boolean, state: HealthState]>) {
  const health = createHealth({ serving: () => true });
  for (const [name, [required, state]] of Object.entries(services)) health.add(name, { required }, result(state));
  return health;
}

describe('report', () => {
  it.each([
    ['up', { postgres: [true, 'up'], redis: [false, 'up'] }],
    ['degraded', { postgres: [true, 'up'], redis: [false, 'down'] }],
    ['degraded', { postgres: [true, 'degraded'], redis: [false, 'up'] }],
    ['down', { postgres: [true, 'down'], redis: [false, 'up'] }],
    ['up', {}],
  ] as const)('is %s for %j', async (state, services) => {
    const report = await healthOf(services as never).report();
    expect(report.state).toBe(state);
    expect(Object.keys(report.services)).toEqual(Object.keys(services));
  });

  it('is there as metrics, with readiness', async () => {
    const metrics = createMetrics({ process: 'gateway', node: false });
    exportHealth(metrics, healthOf({ postgres: [true, 'up'], redis: [false, 'degraded'], archive: [false, 'down'] }));
    const series = (await metrics.text()).split('\n').filter((line) => line.startsWith('freeway_'));
    expect(series).toEqual([
      'freeway_ready{process="gateway"} 1',
      'freeway_service_up{service="postgres",process="gateway"} 1',
      'freeway_service_up{service="redis",process="gateway"} 0.5',
      'freeway_service_up{service="archive",process="gateway"} 0',
    ]);
    const down = createMetrics({ process: 'gateway', node: false });
    exportHealth(down, healthOf({ postgres: [true, 'down'] }));
    expect(await down.text()).toContain('freeway_ready{process="gateway"} 0');
  });

  it('takes a check that throws or hangs as down, without its secrets', async () => {
    const health = createHealth({ serving: () => true, timeoutMs: 5 });
    health.add('throws', { required: false }, async () => {
      throw new Error('cannot reach redis://:hunter2@cache');
    });
    health.add('throws_at_once', { required: false }, () => {
      throw new TypeError('bug');
    });
    health.add('hangs', { required: false }, () => new Promise(() => undefined));
    const { services, state } = await health.report();
    expect(state).toBe('degraded');
    expect(services['throws']).toMatchObject({ state: 'down', detail: 'cannot reach redis://[redacted]@cache' });
    expect(services['throws_at_once']).toMatchObject({ state: 'down', detail: 'bug' });
    expect(services['hangs']).toMatchObject({ state: 'down', detail: 'no answer within 5 ms' });
  });

  it('measures the latency that a check does not tell', async () => {
    let now = 0;
    const health = createHealth({ serving: () => true, clock: () => now });
    health.add('silent', { required: true }, async () => {
      now += 7;
      return { state: 'up' };
    });
    expect((await health.report()).services['silent']).toEqual({ state: 'up', required: true, latencyMs: 7 });
  });

  it('runs one round at a time and shares it while fresh', async () => {
    let now = 0;
    let runs = 0;
    const gate = Promise.withResolvers<void>();
    const health = createHealth({ serving: () => true, clock: () => now, freshMs: 1000 });
    health.add('postgres', { required: true }, async () => {
      runs += 1;
      await gate.promise;
      return { state: 'up' };
    });
    const storm = [health.report()];
    now = 5000; // the round takes longer than a result stays fresh: still one round
    storm.push(health.report(), health.report());
    gate.resolve();
    await Promise.all(storm);
    await health.report();
    expect(runs).toBe(1);
    now = 5999;
    await health.report();
    expect(runs).toBe(1);
    now = 6000;
    await health.report();
    expect(runs).toBe(2);
  });

  it('refuses a second check of one name', () => {
    expect(() => healthOf({ a: [true, 'up'] }).add('a', { required: true }, result('up'))).toThrow(/already/);
  });
});

describe('ready', () => {
  it('is while serving and everything required is up, whatever else is down', async () => {
    expect(await healthOf({ postgres: [true, 'up'], redis: [false, 'down'] }).ready()).toEqual({ ready: true });
  });

  it('names what is down', async () => {
    const health = healthOf({ postgres: [true, 'down'], redis: [false, 'down'] });
    expect(await health.ready()).toEqual({ ready: false, detail: 'down: postgres' });
  });

  it('is not while starting or draining, at once', async () => {
    let serving = true;
    const health = createHealth({ serving: () => serving });
    expect(await health.ready()).toEqual({ ready: true });
    serving = false;
    expect(await health.ready()).toEqual({ ready: false, detail: 'starting or draining' });
  });
});
