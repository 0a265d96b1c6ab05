import { describe, expect, test } from 'vitest';
import { constantArrivals } from '../../../src/authorizations/load/arrivals.ts';
import { checkAnswer } from '../../../src/authorizations/load/check-answer.ts';
import { type OpenLoopPlan, playOpenLoop } from '../../../src/authorizations/load/open-loop.ts';
import { createCanonical } from '../../../src/authorizations/workload/create-canonical.ts';
import { createColdCards } from '../../../src/authorizations/workload/create-cold-cards.ts';
import { createUniform } from '../../../src/authorizations/workload/create-uniform.ts';
import { createRandom } from '../../../src/random.ts';
import { type FakeGateway, fakeGateways } from './fake-gateway.ts';

const start = fakeGateways();
const source = (users = 100) => ({ users, random: createRandom(1), now: Date.now });

function plan(targets: readonly FakeGateway[], changes: Partial<OpenLoopPlan> = {}): OpenLoopPlan {
  return {
    targets: targets.map(({ url }) => url),
    credentials: { username: 'bench', password: 'secret' },
    workload: createUniform(source()),
    check: checkAnswer,
    connections: 20,
    warmUpMs: 0,
    arrivals: constantArrivals({ ratePerSecond: 100, durationMs: 300 }),
    signal: new AbortController().signal,
    ...changes,
  };
}

/** Goes with the real one, and ahead of it by what is added. */
function fakeClock() {
  let aheadMs = 0;
  return { now: () => performance.now() + aheadMs, pass: (ms: number) => void (aheadMs += ms) };
}

describe('an open loop', () => {
  test('sends every message once, with the credentials, and checks each answer', async () => {
    const gateway = await start();
    const result = await playOpenLoop(plan([gateway]));
    expect(result).toMatchObject({
      loop: 'open',
      sent: 30,
      answered: 30,
      approved: 30,
      wrong: {},
      offeredPerSecond: 100,
    });
    expect(new Set(gateway.asked.map(({ token }) => token)).size).toBe(30);
    const basic = `Basic ${Buffer.from('bench:secret').toString('base64')}`;
    expect(new Set(gateway.asked.map(({ authorization }) => authorization))).toEqual(new Set([basic]));
    expect(result.overTime.reduce((sum, { answered }) => sum + answered, 0)).toBe(30);
  });

  test('plays declines and repeats, which are all right', async () => {
    const gateway = await start();
    const arrivals = constantArrivals({ ratePerSecond: 2000, durationMs: 1000 });
    const { wrong, declined, repeated, approved } = await playOpenLoop(
      plan([gateway], { workload: createCanonical(source()), arrivals }),
    );
    expect(wrong).toEqual({});
    expect(Object.keys(declined).toSorted()).toEqual([
      'CARD_NOT_ACTIVE',
      'INSUFFICIENT_FUNDS',
      'TRANSACTION_NOT_PERMITTED',
    ]);
    expect(repeated).toBeGreaterThan(10);
    expect(approved).toBeGreaterThan(1500);
  });

  test('a message that was due while the server stalled has waited since it was due', async () => {
    const { now, pass } = fakeClock();
    let answered = 0;
    // The third of 20, one each 100 ms, takes a second and a half; all others take no time worth mentioning.
    const gateway = await start((_asked, answer) => {
      if (++answered === 3) pass(1500);
      answer();
    });
    const arrivals = constantArrivals({ ratePerSecond: 10, durationMs: 2000 });
    const { latencyMs, curve, sentLateMs, approved } = await playOpenLoop(plan([gateway], { arrivals, now }));
    expect(approved).toBe(20);
    // It waited 1,500 ms, the next 1,400, and so on: half of all waited 600 ms or longer. One by one, only one had waited.
    expect(latencyMs.max).toBeGreaterThanOrEqual(1499);
    expect(latencyMs.p50).toBeGreaterThanOrEqual(599);
    const waited = curve.filter(({ ms }) => ms >= 99).length;
    expect(waited).toBeGreaterThan(curve.length / 2);
    // Here it was we who slept so long, and it is said.
    expect(sentLateMs?.max).toBeGreaterThanOrEqual(1399);
  });

  test('a message that found every connection busy has waited for one', async () => {
    const { now, pass } = fakeClock();
    const held: (() => void)[] = [];
    const gateway = await start((_asked, answer) => {
      if (held.push(() => answer()) > 1) return answer();
      // The only connection answers when all ten are due.
      setTimeout(() => {
        pass(700);
        held[0]?.();
      }, 150);
    });
    const arrivals = constantArrivals({ ratePerSecond: 100, durationMs: 100 });
    const { latencyMs, approved } = await playOpenLoop(plan([gateway], { arrivals, now, connections: 1 }));
    expect(approved).toBe(10);
    expect(latencyMs.p50).toBeGreaterThanOrEqual(700);
  });

  test('goes on while answers are held back, and gives up on them after three seconds', async () => {
    const { now, pass } = fakeClock();
    let count = 0;
    const gateway = await start((_asked, answer) => void (++count === 2 || answer()));
    const uniform = createUniform(source());
    let answered = 0;
    // Time passes when all others have their answers.
    const workload = { ...uniform, answered: () => void (++answered === 29 && pass(3001)) };
    const result = await playOpenLoop(plan([gateway], { workload, now }));
    expect(gateway.asked).toHaveLength(30);
    expect(result).toMatchObject({ sent: 30, answered: 29, wrong: { 'no answer: timed out': 1 } });
  });

  test('what never found a connection is wrong too', async () => {
    const { now, pass } = fakeClock();
    const gateway = await start(() => setTimeout(() => pass(3001), 150));
    const arrivals = constantArrivals({ ratePerSecond: 100, durationMs: 100 });
    const { wrong, answered } = await playOpenLoop(plan([gateway], { arrivals, now, connections: 1 }));
    expect(answered).toBe(0);
    expect(wrong).toEqual({ 'no answer: timed out': 1, 'no answer: every connection was busy': 9 });
  });

  test('a connection that breaks loses its own message and no other', async () => {
    let count = 0;
    const gateway = await start((_asked, answer, response) => (++count === 5 ? response.destroy() : answer()));
    const { wrong, approved } = await playOpenLoop(plan([gateway]));
    expect(approved).toBe(29);
    expect(Object.entries(wrong)).toEqual([[expect.stringMatching(/^no answer: /), 1]]);
  });

  test('an answer that is wrong is counted with what is wrong', async () => {
    let count = 0;
    const gateway = await start((_asked, answer) => (++count === 5 ? answer(500) : answer()));
    expect(await playOpenLoop(plan([gateway]))).toMatchObject({
      answered: 30,
      approved: 29,
      wrong: { 'status 500': 1 },
    });
  });

  test('takes turns between its targets', async () => {
    const both = [await start(), await start()];
    await playOpenLoop(plan(both));
    expect(both.map(({ asked }) => asked.length)).toEqual([15, 15]);
  });

  test('does not count the warm-up, and says when counting begins and ends', async () => {
    const gateway = await start();
    const calls: [string, number][] = [];
    const result = await playOpenLoop(
      plan([gateway], {
        warmUpMs: 100,
        onCounting: () => void calls.push(['counting', gateway.asked.length]),
        onCounted: () => void calls.push(['counted', gateway.asked.length]),
      }),
    );
    expect(gateway.asked).toHaveLength(30);
    expect(result).toMatchObject({ sent: 20, answered: 20, approved: 20, offeredPerSecond: 100 });
    expect(calls.map(([call]) => call)).toEqual(['counting', 'counted']);
    expect(calls[0]?.[1]).toBeLessThanOrEqual(10);
  });

  test('ends with its workload', async () => {
    const gateway = await start();
    const { sent, approved } = await playOpenLoop(plan([gateway], { workload: createColdCards(source(10)) }));
    expect([sent, approved]).toEqual([9, 9]);
  });

  test('an interrupt ends it, whatever is held back', async () => {
    const aborter = new AbortController();
    let count = 0;
    const gateway = await start(() => {
      if (++count === 3) aborter.abort();
    });
    await expect(playOpenLoop(plan([gateway], { signal: aborter.signal }))).rejects.toThrow('aborted');
    expect(gateway.asked.length).toBeLessThan(30);
  });
});
