import { describe, expect, test } from 'vitest';
import type { RecordsOptions } from '../../src/command-line.ts';
import type { RecordsRun } from '../../src/records/measure-records.ts';
import { formatReport, reportAsJson } from '../../src/records/report.ts';
import { faultsOf } from '../../src/records/verdict.ts';

const OPTIONS: RecordsOptions = {
  ratePerSecond: 500,
  durationMs: 20_000,
  users: 10_000,
  json: false,
  queues: 'rabbitmq',
  backlog: 20_000,
  only: undefined,
};

const LATENCY = { p50: 1, p95: 2, p99: 3, p999: 4, max: 5 };

const THROUGHPUT = {
  records: 30_000,
  seconds: 20,
  recordsPerSecond: 1500,
  cpu: { intake: 3, bench: 1.5 },
  isDrained: true,
};
const WEBHOOKS = {
  webhooks: 10_000,
  batch: 1,
  sentPerSecond: 499.9,
  answerMs: LATENCY,
  sentLateMs: LATENCY,
  publishP99Ms: 1000,
  consumeMs: { ...LATENCY, p99: 1000 },
  ledgerMs: LATENCY,
  cpu: {},
  isDrained: true,
};
const RECORDS = {
  ...WEBHOOKS,
  webhooks: 1000,
  batch: 10,
  sentPerSecond: 49.99,
  answerMs: { ...LATENCY, p99: 1000 },
  publishP99Ms: 10,
  consumeMs: { ...LATENCY, p99: 50 },
};
const BACKLOG = {
  records: 20_000,
  acceptedPerSecond: 4000,
  firstAfterMs: 1500,
  drainedAfterMs: 12_500,
  recordsPerSecond: 1800,
  isDrained: true,
};

const GOOD: RecordsRun = {
  throughput: THROUGHPUT,
  webhooks: WEBHOOKS,
  records: RECORDS,
  backlog: BACKLOG,
  told: 60_000,
  rows: 60_000,
  wrong: {},
  differences: [],
  drift: 0,
  processFaults: [],
  ledgerFault: undefined,
};

describe('the verdict on records', () => {
  test('a run with every sum right and every target met passes', () => {
    expect(faultsOf(OPTIONS, GOOD)).toEqual([]);
  });

  test('what was not measured is not judged', () => {
    const { throughput: _, webhooks: __, records: ___, backlog: ____, ...rest } = GOOD;
    expect(faultsOf(OPTIONS, rest)).toEqual([]);
  });

  test.each<[string, Partial<RecordsRun>]>([
    ['void: 2 x status 503', { wrong: { 'status 503': 2 } }],
    ['void: 60000 records were sent, and 59999', { rows: 59_999 }],
    ['void: 60000 records were sent, and 60001', { rows: 60_001 }],
    ['void: 1 wrong balances, first one', { differences: ['one'] }],
    ['void: the ledger differs from what the platform said in 2 ways', { drift: 2 }],
    ['void: VIOLATED', { ledgerFault: 'VIOLATED  entries balance' }],
    ['void: intake ended with null', { processFaults: ['intake ended with null'] }],
    ['void: records got stuck (backlog)', { backlog: { ...BACKLOG, isDrained: false } }],
    ['void: 400.0 records/s instead of 500', { webhooks: { ...WEBHOOKS, sentPerSecond: 400 } }],
    ['void: 400.0 records/s instead of 500', { records: { ...RECORDS, sentPerSecond: 40 } }],
    ['999 records/s sustained, not 1000', { throughput: { ...THROUGHPUT, recordsPerSecond: 999.4 } }],
    ['999 records/s of the backlog, not 1000', { backlog: { ...BACKLOG, recordsPerSecond: 999.4 } }],
    ['answer p99 50.1 ms', { webhooks: { ...WEBHOOKS, answerMs: { ...LATENCY, p99: 50.1 } } }],
    ['publish p99 20.0 ms', { records: { ...RECORDS, publishP99Ms: 20 } }],
    ['publish p99 Infinity ms', { records: { ...RECORDS, publishP99Ms: undefined } }],
    ['consume p99 50.1 ms', { records: { ...RECORDS, consumeMs: { ...LATENCY, p99: 50.1 } } }],
  ])('fails with %s', (named, changes) => {
    expect(faultsOf(OPTIONS, { ...GOOD, ...changes })).toEqual([expect.stringContaining(named) as string]);
  });

  test('embedded queues have a target of their own', () => {
    const run = { ...GOOD, throughput: { ...THROUGHPUT, recordsPerSecond: 301 } };
    expect(faultsOf({ ...OPTIONS, queues: 'embedded' }, run)).toEqual([]);
  });
});

describe('the report on records', () => {
  const machine = { cores: 2, loadBefore: [0.5, 0, 0], loadAfter: [2.25, 0, 0] };
  const report = { options: OPTIONS, machine, result: GOOD, faults: [] };

  test('tells people what was measured beside what was asked for', () => {
    const text = formatReport(report);
    expect(text).toContain('RabbitMQ');
    expect(text).toContain('1500 records/s (1.50 x the target of 1000); 30000 in 20.0 s');
    expect(text).toContain('intake 100 us, bench 50 us per record');
    expect(text).toContain('unknown on this system');
    expect(text).toContain('500 webhooks/s of one record for 20 s');
    expect(text).toContain('500 records/s in webhooks of 10 for 20 s');
    expect(text).toContain('p99 within 10.0; target p99 10');
    expect(text).toContain('20000 records, taken in at 4000/s');
    expect(text).toContain('the first came through in 1.5 s and the last in 12.5 s: 1800/s');
    expect(text).toContain('60000 sent, 60000 in the ledger');
    expect(text).toContain("0 wrong; 0 differ from the platform's own word");
    expect(text).toContain('passed');
  });

  test('lists every fault instead of passing', () => {
    const text = formatReport({ ...report, faults: ['void: one', 'void: two'] });
    expect(text).toContain('void: one');
    expect(text).toContain('void: two');
    expect(text).not.toContain('passed');
  });

  test('tells programs the same', () => {
    expect(JSON.parse(JSON.stringify(reportAsJson(report)))).toMatchObject({
      bench: 'records',
      passed: true,
      queues: 'rabbitmq',
      targets: { records_per_second: 1000, answer_p99_ms: 50 },
      sustained: { records_per_second: 1500, cpu_seconds: { intake: 3 } },
      webhooks_at_a_rate: { records_in_each: 1, answer_ms: { p99: 3 } },
      records_at_a_rate: { publish_p99_within_ms: 10, consume_ms: { p99: 50 } },
      backlog: { drained_after_ms: 12_500 },
      sent: 60_000,
      rows: 60_000,
      ledger_clean: true,
    });
  });
});
