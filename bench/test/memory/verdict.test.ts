import { describe, expect, test } from 'vitest';
import type { MemoryRun } from '../../src/memory/measure-memory.ts';
import { formatReport, reportAsJson } from '../../src/memory/report.ts';
import { faultsOf } from '../../src/memory/verdict.ts';

const OPTIONS = { ratePerSecond: 1000, durationMs: 60_000, users: 10_000, json: false };
const LATENCY = { p50: 1, p95: 2, p99: 3, p999: 4, max: 5 };

const GOOD: MemoryRun = {
  traffic: {
    sent: 60_000,
    approved: 59_000,
    declined: { AMOUNT_LIMIT_EXCEEDED: 1000 },
    wrong: {},
    sentPerSecond: 999.4,
    answeredPerSecond: 980.1,
    latencyMs: LATENCY,
    sentLateMs: LATENCY,
  },
  memory: {
    rssBytes: { min: 120e6, mean: 150e6, max: 160e6 },
    peakBytes: 199_999_999,
    samples: 61,
    heapUsedBytes: 50e6,
    heapTotalBytes: 60e6,
    externalBytes: 5e6,
  },
  cpu: { own: 12, descendants: 24 },
  exitCode: 0,
  ledgerFault: undefined,
};

const withTraffic = (changes: Partial<MemoryRun['traffic']>): MemoryRun => ({
  ...GOOD,
  traffic: { ...GOOD.traffic, ...changes },
});

describe('the verdict', () => {
  test('a run with every answer right, at the rate asked for, below 200 MB, passes', () => {
    expect(faultsOf(OPTIONS, GOOD)).toEqual([]);
  });

  test.each<[string, MemoryRun]>([
    ['200.0 MB', { ...GOOD, memory: { ...GOOD.memory, peakBytes: 200_000_000 } }],
    ['1 x status 503', withTraffic({ wrong: { 'status 503': 1 } })],
    ['nothing was approved', withTraffic({ approved: 0 })],
    ['989.9 requests/s', withTraffic({ sentPerSecond: 989.9 })],
    ['ended with 1', { ...GOOD, exitCode: 1 }],
    ['ended with null', { ...GOOD, exitCode: null }],
    ['VIOLATED', { ...GOOD, ledgerFault: 'VIOLATED  entries balance' }],
  ])('fails with %s', (named, run) => {
    expect(faultsOf(OPTIONS, run)).toEqual([expect.stringContaining(named) as string]);
  });
});

describe('the report', () => {
  const machine = { cores: 2, loadBefore: [0.5, 0, 0], loadAfter: [2.25, 0, 0] };

  test('tells people what was measured and on what machine', () => {
    const text = formatReport({ options: OPTIONS, machine, result: GOOD, faults: [] });
    expect(text).toContain('1000 requests/s for 60 s, 10000 cards');
    expect(text).toContain('60000, sent at 999.4/s, answered at 980.1/s');
    expect(text).toContain('2 cores, load average 0.50 -> 2.25');
    expect(text).toContain('200 59000  402 1000 (AMOUNT_LIMIT_EXCEEDED)');
    expect(text).toContain('p50 1.00  p95 2.00  p99 3.00  p99.9 4.00  max 5.00');
    expect(text).toContain('min 120.0 MB  mean 150.0 MB  max 160.0 MB  peak 200.0 MB');
    expect(text).toContain('gateway 200 us, PostgreSQL 400 us per authorization');
    expect(text).toContain('passed');
  });

  test('lists every fault instead of passing', () => {
    const text = formatReport({ options: OPTIONS, machine, result: GOOD, faults: ['void: one', 'void: two'] });
    expect(text).toContain('void: one');
    expect(text).toContain('void: two');
    expect(text).not.toContain('passed');
  });

  test('tells programs the same', () => {
    const report = { options: OPTIONS, machine, result: GOOD, faults: ['void: one'] };
    expect(JSON.parse(JSON.stringify(reportAsJson(report)))).toMatchObject({
      passed: false,
      faults: ['void: one'],
      sent: 60_000,
      declined: { AMOUNT_LIMIT_EXCEEDED: 1000 },
      rss_peak_bytes: 199_999_999,
      gateway_cpu_us: 200,
      postgres_cpu_us: 400,
      ledger_clean: true,
    });
  });

  test('leaves out what the system does not say', () => {
    const result = { ...GOOD, cpu: undefined };
    expect(reportAsJson({ options: OPTIONS, machine, result, faults: [] })).not.toHaveProperty('gateway_cpu_us');
    expect(formatReport({ options: OPTIONS, machine, result, faults: [] })).toContain('unknown on this system');
  });
});
