import { expect, test } from 'vitest';
import { parseOutput } from '../../../../src/authorizations/references/pgbench/parse-output.ts';

const said = (failed: number) => `pgbench (15.18)
transaction type: commit.sql
scaling factor: 1
query mode: prepared
number of clients: 2
number of threads: 1
maximum number of tries: 1
duration: 3 s
number of transactions actually processed: 208
number of failed transactions: ${failed} (0.000%)
latency average = 28.940 ms
initial connection time = 7.025 ms
tps = 69.107490 (without initial connection time)
`;

test('rate and latency are read from what pgbench says', () => {
  expect(parseOutput(said(0))).toEqual({ perSecond: 69.10749, latencyMs: 28.94 });
});

test('a transaction that failed makes it void, and so does silence', () => {
  expect(() => parseOutput(said(3))).toThrow('3 transactions failed');
  expect(() => parseOutput('')).toThrow('does not say its tps');
});
