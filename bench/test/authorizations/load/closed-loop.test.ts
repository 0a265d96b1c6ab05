import { describe, expect, test } from 'vitest';
import { checkAnswer } from '../../../src/authorizations/load/check-answer.ts';
import { type ClosedLoopPlan, playClosedLoop } from '../../../src/authorizations/load/closed-loop.ts';
import { createCanonical } from '../../../src/authorizations/workload/create-canonical.ts';
import { createColdCards } from '../../../src/authorizations/workload/create-cold-cards.ts';
import { createUniform } from '../../../src/authorizations/workload/create-uniform.ts';
import { createRandom } from '../../../src/random.ts';
import { type FakeGateway, fakeGateways } from './fake-gateway.ts';

const start = fakeGateways();
const source = (users = 100) => ({ users, random: createRandom(1), now: Date.now });

function plan(targets: readonly FakeGateway[], changes: Partial<ClosedLoopPlan> = {}): ClosedLoopPlan {
  return {
    targets: targets.map(({ url }) => url),
    credentials: { username: 'bench', password: 'secret' },
    workload: createUniform(source()),
    check: checkAnswer,
    connections: 4,
    warmUpMs: 0,
    durationMs: 300,
    signal: new AbortController().signal,
    ...changes,
  };
}

/** Ends by its workload, so that what it did does not depend on how fast it was. */
const finite = (users: number) => ({ workload: createColdCards(source(users)), durationMs: 60_000 });

describe('a closed loop', () => {
  test('sends each message once, with the credentials, and waits for every answer', async () => {
    const gateway = await start();
    const result = await playClosedLoop(plan([gateway]));
    expect(result.sent).toBeGreaterThan(4);
    expect(result).toMatchObject({ loop: 'closed', answered: result.sent, approved: result.sent, wrong: {} });
    expect(result.sentLateMs).toBeUndefined();
    expect(gateway.asked).toHaveLength(result.sent);
    expect(new Set(gateway.asked.map(({ token }) => token)).size).toBe(result.sent);
    const basic = `Basic ${Buffer.from('bench:secret').toString('base64')}`;
    expect(new Set(gateway.asked.map(({ authorization }) => authorization))).toEqual(new Set([basic]));
  });

  test('has as many messages under way as connections', async () => {
    let most = 0;
    let underWay = 0;
    const gateway = await start((_asked, answer) => {
      most = Math.max(most, ++underWay);
      setImmediate(() => {
        underWay--;
        answer();
      });
    });
    const held = await start((_asked, answer) => void setTimeout(answer, 50));
    await playClosedLoop(plan([gateway, held], { connections: 7 }));
    expect(most).toBeLessThanOrEqual(4);
    expect(held.asked.length).toBeGreaterThanOrEqual(3);
  });

  test('ends with its workload, every message sent and answered', async () => {
    const gateway = await start();
    expect(await playClosedLoop(plan([gateway], finite(1000)))).toMatchObject({
      sent: 900,
      answered: 900,
      approved: 900,
    });
    expect(gateway.asked).toHaveLength(900);
  });

  test('refuses a workload with fewer messages than connections', async () => {
    const gateway = await start();
    await expect(playClosedLoop(plan([gateway], { ...finite(10), connections: 30 }))).rejects.toThrow(RangeError);
  });

  test('plays declines and repeats, which are all right', async () => {
    const gateway = await start();
    const canonical = createCanonical(source());
    let left = 3000;
    const workload = { ...canonical, next: () => (left-- > 0 ? canonical.next() : undefined) };
    const { wrong, declined, repeated, answered } = await playClosedLoop(
      plan([gateway], { workload, durationMs: 60_000 }),
    );
    expect([answered, wrong]).toEqual([3000, {}]);
    expect(Object.keys(declined)).toHaveLength(3);
    expect(repeated).toBeGreaterThan(20);
  });

  test('spreads its connections over the targets', async () => {
    const both = [await start(), await start()];
    await playClosedLoop(plan(both));
    for (const { asked } of both) expect(asked.length).toBeGreaterThanOrEqual(2);
  });

  test('does not count the warm-up, and says when counting begins and ends', async () => {
    const gateway = await start();
    const calls: string[] = [];
    const result = await playClosedLoop(
      plan([gateway], {
        warmUpMs: 200,
        onCounting: () => void calls.push('counting'),
        onCounted: () => void calls.push('counted'),
      }),
    );
    expect(result.sent).toBeLessThan(gateway.asked.length);
    expect(result.answered).toBe(result.sent);
    expect(calls).toEqual(['counting', 'counted']);
  });

  test('an answer that is wrong is counted with what is wrong', async () => {
    let count = 0;
    const gateway = await start((_asked, answer) => (++count === 20 ? answer(503) : answer()));
    expect(await playClosedLoop(plan([gateway], finite(100)))).toMatchObject({
      answered: 90,
      approved: 89,
      wrong: { 'status 503': 1 },
    });
  });

  test('a connection that breaks loses its message and is opened anew', async () => {
    let count = 0;
    const gateway = await start((_asked, answer, response) => (++count === 20 ? response.destroy() : answer()));
    const { sent, approved, wrong } = await playClosedLoop(plan([gateway], finite(100)));
    expect([sent, approved]).toEqual([90, 89]);
    expect(Object.entries(wrong)).toEqual([[expect.stringMatching(/^no answer: /), 1]]);
  });

  test('gives up on an answer after three seconds', async () => {
    let count = 0;
    const gateway = await start((_asked, answer) => void (++count === 20 || answer()));
    const { sent, approved, wrong } = await playClosedLoop(plan([gateway], finite(100)));
    expect([sent, approved, wrong]).toEqual([90, 89, { 'no answer: timed out': 1 }]);
  });

  test('an interrupt ends it', async () => {
    const aborter = new AbortController();
    let count = 0;
    const gateway = await start((_asked, answer) => {
      if (++count === 20) aborter.abort();
      answer();
    });
    const playing = playClosedLoop(plan([gateway], { signal: aborter.signal, durationMs: 60_000 }));
    await expect(playing).rejects.toThrow('aborted');
  });
});
