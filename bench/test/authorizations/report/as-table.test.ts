import { describe, expect, test } from 'vitest';
import { alignedColumns } from '../../../src/authorizations/report/aligned-columns.ts';
import { asTable } from '../../../src/authorizations/report/as-table.ts';
import { RUN } from '../../../src/authorizations/report/run-names.ts';
import { SUITE, suiteWith, withLoad } from '../suite-fixture.ts';

const lineWith = (table: string, text: string): string => {
  const found = table.split('\n').find((line) => line.includes(text));
  if (found === undefined) throw new Error(`no line with ${text}`);
  return found;
};
/** Blanks between columns do not matter here. */
const cells = (line: string): string[] => line.trim().split(/\s{2,}/);

test('columns are as wide as their widest cell', () => {
  expect(
    alignedColumns(
      ['left', 'right', 'left'],
      [
        ['a', '1', ''],
        ['bbb', '1,000', 'x'],
      ],
    ),
  ).toEqual(['a        1', 'bbb  1,000  x']);
});

describe('the table for people', () => {
  const table = asTable(SUITE);

  test('says on what, of what and when', () => {
    expect(lineWith(table, 'machine')).toContain(
      'AMD EPYC 9R14; 2 cores, load average 0.12 -> 2.31; 23 GiB; Linux 6.1.0',
    );
    expect(lineWith(table, 'machine')).toContain('Node 24.21.0; PostgreSQL 18.4');
    expect(lineWith(table, 'commit ')).toBe('commit   13c8821aa0');
    expect(lineWith(table, 'started')).toContain('2026-02-03T04:05:06.000Z, took 21.0 min');
    const dirty = asTable({ ...SUITE, commit: { ...SUITE.commit, isDirty: true } });
    expect(lineWith(dirty, 'commit ')).toContain('changes that are not committed');
  });

  test('puts each figure beside its bar and its aim', () => {
    expect(cells(lineWith(table, 'throughput / textbook'))).toEqual([
      'saturated throughput / textbook',
      '7.5x',
      '6.0x',
      '10.0x',
      'reaches its bar',
    ]);
    expect(cells(lineWith(table, 'p99.9 at 500/s')).at(-1)).toBe('reaches its aim');
    expect(cells(lineWith(table, 'hot accounts / one')).at(-1)).toBe('MISSED');
  });

  test('gives the numbers of each run', () => {
    expect(cells(lineWith(table, 'Freeway, 500/s'))).toEqual([
      'Freeway, 500/s',
      '500',
      '500',
      '30,000',
      '26,400',
      '3,000',
      '600',
      '1.60',
      '2.72',
      '3.94',
      '6.70',
      '25.3',
      '1.30',
      'gateway 96, PostgreSQL 148, load generator 90',
    ]);
    expect(cells(lineWith(table, 'Freeway, uniform'))[1]).toBe('-');
  });

  test('gives each saturation curve, and says which point is void', () => {
    expect(table).toContain('saturation: Freeway\n');
    expect(lineWith(table, 'VOID')).toContain('VOID: 212 x no answer');
  });

  test('says why a reference is missing', () => {
    expect(lineWith(table, 'batches of 64')).toContain('15,400/s');
    expect(lineWith(table, 'batches of 1 ')).toContain('pgbench is not installed');
  });

  test('ends with what was missed', () => {
    expect(table.split('\n').at(-1)).toBe(
      'verdict  two gateways contending for the same hot accounts / one: 0.85, not 0.90',
    );
  });

  test('passes when nothing was', () => {
    const better = asTable(suiteWith(RUN.twoGateways, withLoad({ answeredPerSecond: 12_000 })));
    expect(better.split('\n').at(-1)).toBe('verdict  passed');
  });

  test('marks a void run, and why the figure on it is missing', () => {
    const voided = asTable(suiteWith(RUN.hot, withLoad({ wrong: { 'status 503': 3 } })));
    expect(voided).toContain('  VOID: 3 x status 503');
    expect(voided).toContain("the run 'hot' is void");
    expect(cells(lineWith(voided, 'one hot account / uniform'))[1]).toBe('-');
  });

  test('names CPU that the system does not tell unknown', () => {
    const unknown = asTable(suiteWith(RUN.hot, (run) => ({ ...run, cpuUs: undefined })));
    expect(cells(lineWith(unknown, 'Freeway, one hot account')).at(-1)).toBe('unknown');
  });

  test('compares with the result before', () => {
    const compared = asTable(SUITE, { revision: 'abcdef0123456789', figures: { cpu: 117 } });
    expect(lineWith(compared, 'figure ')).toContain('abcdef0123');
    expect(cells(lineWith(compared, 'CPU of gateway')).at(-1)).toBe('117 us');
    expect(cells(lineWith(compared, 'one hot account /')).at(-1)).toBe('-');
  });
});
