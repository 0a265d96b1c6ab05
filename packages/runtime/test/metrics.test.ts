import { describe, expect, it } from 'vitest';
import { createMetrics } from '../src/index.ts';

const plain = () => createMetrics({ process: 'gateway', node: false });

describe('createMetrics', () => {
  it('gives each process a registry of its own', async () => {
    const one = plain();
    const two = plain();
    one.counter('freeway_things_total', 'Things.').inc();
    two.counter('freeway_things_total', 'Things.').inc(5);
    expect(await one.text()).toContain('freeway_things_total{process="gateway"} 1\n');
    expect(await two.text()).toContain('freeway_things_total{process="gateway"} 5\n');
  });

  it('shows every child from the start', async () => {
    const metrics = plain();
    const answers = metrics.counters('freeway_answers_total', 'Answers.', 'status', ['200', '402']);
    answers['402'].inc();
    const waits = metrics.histograms('freeway_wait_seconds', 'Waits.', 'queue', ['a', 'b'], [0.1, 1]);
    waits.a.observe(0.5);
    const text = await metrics.text();
    expect(text).toContain('freeway_answers_total{status="200",process="gateway"} 0');
    expect(text).toContain('freeway_answers_total{status="402",process="gateway"} 1');
    expect(text).toContain('freeway_wait_seconds_bucket{le="0.1",process="gateway",queue="a"} 0');
    expect(text).toContain('freeway_wait_seconds_bucket{le="1",process="gateway",queue="a"} 1');
    expect(text).toContain('freeway_wait_seconds_count{process="gateway",queue="b"} 0');
  });

  it('reads gauges when asked, and forgets what is no longer there', async () => {
    const metrics = plain();
    let depths: Record<string, number> = { a: 3, b: 4 };
    metrics.readGauge('freeway_connections', 'Open connections.', async () => 7);
    metrics.readGauges('freeway_queue_depth', 'Messages waiting.', 'queue', () => depths);
    expect(await metrics.text()).toContain('freeway_queue_depth{queue="b",process="gateway"} 4');
    depths = { a: 5 };
    const text = await metrics.text();
    expect(text).toContain('freeway_connections{process="gateway"} 7');
    expect(text).toContain('freeway_queue_depth{queue="a",process="gateway"} 5');
    expect(text).not.toContain('queue="b"');
  });

  it('observes seconds and sets gauges', async () => {
    const metrics = plain();
    metrics.histogram('freeway_commit_seconds', 'Commits.').observe(0.003);
    metrics.gauge('freeway_draining', 'Draining.').set(1);
    const text = await metrics.text();
    expect(text).toContain('freeway_commit_seconds_bucket{le="0.0025",process="gateway"} 0');
    expect(text).toContain('freeway_commit_seconds_bucket{le="0.005",process="gateway"} 1');
    expect(text).toContain('freeway_draining{process="gateway"} 1');
  });

  it('refuses names that are not snake_case', () => {
    expect(() => plain().counter('freeway_camelCase', 'x')).toThrow(/snake_case/);
  });

  it('makes series as values come, and one for all beyond two hundred', async () => {
    const metrics = plain();
    const amounts = metrics.growingCounters('freeway_amounts_total', 'Amounts.', 'currency');
    for (let n = 0; n < 205; n++) amounts(`c${n}`).inc();
    amounts('c7').inc(2);
    const text = await metrics.text();
    expect(text).toContain('freeway_amounts_total{currency="c7",process="gateway"} 3');
    expect(text).toContain('freeway_amounts_total{currency="other",process="gateway"} 5');
    expect(text).not.toContain('currency="c200"');
  });

  it('brings the metrics of Node', async () => {
    const text = await createMetrics({ process: 'gateway' }).text();
    expect(text).toContain('nodejs_eventloop_lag_p99_seconds');
    expect(text).toContain('process_resident_memory_bytes');
    expect(text).toMatch(/^freeway_event_loop_active_seconds_total\{process="gateway"\} 0*[.1-9]/m);
  });
});
