import { expect, test } from 'vitest';
import { asJson } from '../../../src/authorizations/report/as-json.ts';
import { RUN } from '../../../src/authorizations/report/run-names.ts';
import type { SuiteResult } from '../../../src/authorizations/report/suite-result.ts';
import { SUITE, suiteWith, withLoad } from '../suite-fixture.ts';

const parsed = (result: SuiteResult): Record<string, unknown> =>
  JSON.parse(JSON.stringify(asJson(result))) as Record<string, unknown>;

test('programs are told the same', () => {
  expect(parsed(SUITE)).toMatchObject({
    bench: 'authorizations',
    passed: false,
    faults: ['two gateways contending for the same hot accounts / one: 0.85, not 0.90'],
    started_at: '2026-02-03T04:05:06.000Z',
    took_ms: 1_260_000,
    commit: '13c8821aa0b1c2d3e4f5061728394a5b6c7d8e9f',
    commit_dirty: false,
    machine: {
      cpu_model: 'AMD EPYC 9R14',
      cores: 2,
      memory_bytes: 25_202_000_000,
      load_average_before: [0.12, 0.2, 0.3],
    },
    saturation: [{ system: 'freeway' }, { system: 'textbook' }, { system: 'null server' }],
    references: [
      { authorizations_per_second: 15_400 },
      { authorizations_per_second: null, why: 'pgbench is not installed' },
    ],
  });
});

test('a figure keeps all its digits', () => {
  const { figures } = parsed(SUITE) as { figures: unknown[] };
  expect(figures[0]).toEqual({
    id: 'saturated_to_null',
    title: 'saturated throughput / Fastify null server',
    value: 9800 / 27_400,
    unit: 'ratio',
    bar: 0.25,
    aim: 0.4,
    better: 'higher',
    verdict: 'bar',
  });
});

test('a run has its whole distribution, and says whether it is void', () => {
  const { runs } = parsed(suiteWith(RUN.uniform, withLoad({ wrong: { 'no answer': 1 } }))) as {
    runs: Record<string, unknown>[];
  };
  expect(runs[0]).toMatchObject({
    name: 'freeway uniform saturated',
    loop: 'closed',
    void: true,
    faults: ['1 x no answer'],
    offered_per_second: null,
    answered_per_second: 9800,
    sent_late_ms: null,
    cpu_us: { gateway: 47, PostgreSQL: 61 },
    ledger_clean: true,
  });
  expect(runs[0]?.['latency_curve_ms']).toHaveLength(12);
  expect(runs[0]?.['latency_over_time_ms']).toHaveLength(30);
});

test('every name is in snake_case', () => {
  const names = new Set<string>();
  const open = new Set(['declined', 'wrong', 'cpu_us', 'rss_bytes', 'cpu_cores']);
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === 'object' && value !== null)
      for (const [name, member] of Object.entries(value)) {
        names.add(name);
        if (!open.has(name)) visit(member);
      }
  };
  visit(parsed(SUITE));
  expect([...names].filter((name) => !/^[a-z0-9]+(_[a-z0-9]+)*$/.test(name))).toEqual([]);
});
