import { describe, expect, test } from 'vitest';
import { checkAnswer } from '../../../src/authorizations/load/check-answer.ts';
import { latencyCurve } from '../../../src/authorizations/load/latency-curve.ts';
import { createSecondsOfLoad } from '../../../src/authorizations/load/seconds-of-load.ts';
import { createTally } from '../../../src/authorizations/load/tally.ts';
import type { JitRequest } from '../../../src/authorizations/workload/jit-request.ts';
import { createHistogram, recordMs } from '../../../src/latency.ts';

const FROM_MS = 10_000;

const REQUEST: JitRequest = {
  body: '',
  token: 'm_1',
  method: 'pgfs.authorization',
  userToken: 'u_1',
  amountText: '1.00',
  transactionToken: 't_1',
  orderToken: 'o_1',
  user: 1,
  expected: { outcome: 'approve' },
};
const RIGHT = JSON.stringify({
  jit_funding: { token: 'm_1', method: 'pgfs.authorization', user_token: 'u_1', amount: 1 },
});

function start(loop: 'open' | 'closed' = 'open') {
  const told: string[] = [];
  const workload = {
    next: () => undefined,
    answered: (_request: JitRequest, _status: number, body: string) => void told.push(body),
  };
  const tally = createTally({ loop, workload, check: checkAnswer, countsFromMs: FROM_MS });
  const exchange = (sinceMs: number, atMs: number, body = RIGHT): void => {
    tally.sent(sinceMs, sinceMs);
    tally.answered(REQUEST, sinceMs, { status: 200, body, atMs });
  };
  return { tally, told, exchange };
}

describe('the tally of a load', () => {
  test('counts what began in the time that counts, until the last answer', () => {
    const { tally, told, exchange } = start();
    exchange(9999, 10_001);
    exchange(10_000, 10_010);
    exchange(11_000, 11_020);
    exchange(11_999, 12_000);
    expect(tally.result(2)).toMatchObject({
      loop: 'open',
      seconds: 2,
      sent: 3,
      answered: 3,
      approved: 3,
      answeredPerSecond: 1.5,
      offeredPerSecond: 2,
      wrong: {},
    });
    expect(tally.result().latencyMs.max).toBeCloseTo(20, 1);
    expect(told).toHaveLength(4);
  });

  test('what is wrong counts also in the warm-up, and nothing builds on it', () => {
    const { tally, told, exchange } = start();
    exchange(5000, 5001, 'no JSON');
    exchange(10_000, 13_001);
    tally.unanswered('timed out');
    expect(tally.result()).toMatchObject({
      answered: 1,
      approved: 0,
      wrong: {
        'no jit_funding in the answer': 1,
        'answered after 3000 ms': 1,
        'no answer: timed out': 1,
      },
    });
    expect(told).toEqual([]);
  });

  test('says how late an open loop was itself; a closed one has no time to be late for', () => {
    const open = start('open').tally;
    open.sent(FROM_MS, FROM_MS + 7);
    expect(open.result().sentLateMs?.max).toBeCloseTo(7, 1);
    expect(start('closed').tally.result().sentLateMs).toBeUndefined();
  });

  test('of a load that had no answer has no rate', () => {
    expect(start().tally.result()).toMatchObject({
      answered: 0,
      answeredPerSecond: 0,
      seconds: 0,
      curve: [],
      overTime: [],
    });
  });
});

describe('a load over time', () => {
  test('has each second, also one in which nothing was answered', () => {
    const seconds = createSecondsOfLoad();
    seconds.record(0, 1);
    seconds.record(999, 3);
    seconds.record(2500, 20);
    const list = seconds.list();
    expect(list.map(({ second, answered }) => [second, answered])).toEqual([
      [0, 2],
      [1, 0],
      [2, 1],
    ]);
    expect(list.map(({ max }) => Math.round(max))).toEqual([3, 0, 20]);
    expect(list.map(({ p50 }) => Math.round(p50))).toEqual([1, 0, 20]);
  });
});

describe('the curve of a latency', () => {
  test('rises from the least to the most, and comes as near to 100 as there are answers', () => {
    const histogram = createHistogram();
    for (let ms = 1; ms <= 1000; ms++) recordMs(histogram, ms);
    const curve = latencyCurve(histogram);
    expect(curve[0]).toMatchObject({ percentile: 0 });
    expect(curve.at(-1)).toMatchObject({ percentile: 100 });
    for (const [index, point] of curve.slice(1).entries()) {
      expect(point.percentile).toBeGreaterThan(curve[index]?.percentile ?? Infinity);
      expect(point.ms).toBeGreaterThanOrEqual(curve[index]?.ms ?? Infinity);
    }
    const at = (percentile: number) => curve.find((point) => Math.abs(point.percentile - percentile) < 0.001)?.ms;
    expect(at(90)).toBeCloseTo(900, -1);
    expect(at(99)).toBeCloseTo(990, -1);
    expect(at(99.9)).toBeCloseTo(999, -1);
    expect(at(99.99)).toBeUndefined();
    expect(curve.at(-1)?.ms).toBeCloseTo(1000, -1);
  });
});
