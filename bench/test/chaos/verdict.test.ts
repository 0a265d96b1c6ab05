import { describe, expect, test } from 'vitest';
import { PROCESS_COUNT } from '../../src/chaos/chaos-processes.ts';
import type { ChaosRun } from '../../src/chaos/measure-chaos.ts';
import { formatReport, reportAsJson } from '../../src/chaos/report.ts';
import { faultsOf } from '../../src/chaos/verdict.ts';
import type { ChaosOptions } from '../../src/command-line.ts';

const OPTIONS: ChaosOptions = {
  ratePerSecond: 30,
  durationMs: 42_000,
  users: 1000,
  json: false,
  queues: 'embedded',
  kills: 2,
};

const GOOD: ChaosRun = {
  kills: Array.from({ length: 2 * PROCESS_COUNT }, (_, nth) => ({
    process: nth % 2 === 0 ? 'gateway' : 'relay',
    atMs: nth * 1000,
    awayMs: 1500 + nth * 100,
  })),
  play: {
    ok: true,
    faults: [],
    sent: 1200,
    answered: 1150,
    approved: 1000,
    wrong: 0,
    unanswered: 50,
    timeouts: 1,
    connection_errors: { ECONNREFUSED: 80, UND_ERR_SOCKET: 9 },
    webhooks: { notifications: 2000, acknowledged: 2040, duplicates: 40, retries: 70, dropped: 0, unacknowledged: 0 },
    records: { authorization: 1100, 'authorization.clearing': 800 },
    differing_accounts: [],
    differing_counters: [],
    differing_exceptions: [],
    invariants: [{ ok: true }],
  },
  replays: { records: 3, 'elements of webhooks': 45 },
  processFaults: [],
  ledgerFault: undefined,
};

const withPlay = (changes: Partial<ChaosRun['play']>): ChaosRun => ({ ...GOOD, play: { ...GOOD.play, ...changes } });

describe('the verdict on chaos', () => {
  test('a run in which nothing was lost passes, also where the platform had to decide alone', () => {
    expect(faultsOf(OPTIONS, GOOD)).toEqual([]);
  });

  test.each<[string, ChaosRun]>([
    ['2 accounts differ', withPlay({ ok: false, faults: ['2 accounts differ'] })],
    ['does not say why', withPlay({ ok: false })],
    ['13 kills instead of 14', { ...GOOD, kills: GOOD.kills.slice(1) }],
    ['relay ended with null', { ...GOOD, processFaults: ['relay ended with null'] }],
    ['VIOLATED', { ...GOOD, ledgerFault: 'VIOLATED  entries balance' }],
  ])('fails with %s', (named, run) => {
    expect(faultsOf(OPTIONS, run)).toEqual([expect.stringContaining(named) as string]);
  });
});

describe('the report on chaos', () => {
  const machine = { cores: 2, loadBefore: [0.5, 0, 0], loadAfter: [2.25, 0, 0] };
  const report = { options: OPTIONS, machine, result: GOOD, faults: [] };

  test('tells people what was killed when, and what came of it', () => {
    const text = formatReport(report);
    expect(text).toContain('gateway 7 x, away 2.1 s on average, 2.7 s at most; at 0.0 2.0 4.0 6.0 8.0 10.0 12.0 s');
    expect(text).toContain('50 decided by the platform alone; 89 broken connections, 1 time-outs');
    expect(text).toContain('2040 notifications acknowledged, 70 messages sent again, 40 notifications told twice');
    expect(text).toContain('1900 of 2 types');
    expect(text).toContain('3 records, 45 elements of webhooks');
    expect(text).toContain('0 accounts, 0 counters and 0 listed records differ');
    expect(text).toContain('passed');
  });

  test('lists every fault instead of passing', () => {
    const text = formatReport({ ...report, faults: ['one', 'two'] });
    expect(text).toContain('one');
    expect(text).toContain('two');
    expect(text).not.toContain('passed');
  });

  test('tells programs the same', () => {
    expect(JSON.parse(JSON.stringify(reportAsJson(report)))).toMatchObject({
      bench: 'chaos',
      passed: true,
      replays: { records: 3 },
      ledger_clean: true,
      play: { unanswered: 50 },
    });
    expect((reportAsJson(report) as { kills: object[] }).kills[1]).toEqual({
      process: 'relay',
      at_ms: 1000,
      away_ms: 1600,
    });
  });
});
