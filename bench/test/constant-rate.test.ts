import { describe, expect, test } from 'vitest';
import { sendAtConstantRate } from '../src/constant-rate.ts';

/** A clock that only sleeping and the sender move. */
function fakeTime() {
  let nowMs = 5000;
  return {
    now: () => nowMs,
    sleep: async (ms: number) => void (nowMs += ms),
    pass: (ms: number) => void (nowMs += ms),
  };
}

const never = new AbortController().signal;

describe('sending at a constant rate', () => {
  test('each request has its own time, evenly from the start', async () => {
    const { now, sleep } = fakeTime();
    const sent: [intended: number, at: number][] = [];
    const send = (intendedAtMs: number): void => void sent.push([intendedAtMs, now()]);
    await sendAtConstantRate({ ratePerSecond: 100, durationMs: 50, signal: never, now, sleep, send });
    expect(sent).toEqual([5000, 5010, 5020, 5030, 5040].map((ms) => [ms, ms]));
  });

  test('what a stall kept back is sent at once, with the times it should have had', async () => {
    const { now, sleep, pass } = fakeTime();
    const sent: [intended: number, at: number][] = [];
    const send = (intendedAtMs: number): void => {
      sent.push([intendedAtMs, now()]);
      if (sent.length === 2) pass(25);
    };
    await sendAtConstantRate({ ratePerSecond: 100, durationMs: 60, signal: never, now, sleep, send });
    expect(sent).toEqual([
      [5000, 5000],
      [5010, 5010],
      [5020, 5035],
      [5030, 5035],
      [5040, 5040],
      [5050, 5050],
    ]);
  });

  test('sends the whole number of requests that the rate and the time make', async () => {
    const { now, sleep } = fakeTime();
    let sent = 0;
    await sendAtConstantRate({ ratePerSecond: 333, durationMs: 2000, signal: never, now, sleep, send: () => sent++ });
    expect(sent).toBe(666);
  });

  test('an interrupt ends it', async () => {
    const { now, sleep } = fakeTime();
    const aborter = new AbortController();
    let sent = 0;
    const send = (): void => {
      sent++;
      if (sent === 3) aborter.abort();
    };
    await sendAtConstantRate({ ratePerSecond: 10, durationMs: 5000, signal: aborter.signal, now, sleep, send });
    expect(sent).toBe(3);
  });
});
