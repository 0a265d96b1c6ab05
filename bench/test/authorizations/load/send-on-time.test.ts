import { describe, expect, test } from 'vitest';
import { sendOnTime } from '../../../src/authorizations/load/send-on-time.ts';

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

describe('sending on time', () => {
  test('sends nothing before it is due, and says when it was', async () => {
    const { now, sleep } = fakeTime();
    const sent: [intended: number, at: number][] = [];
    const send = (intendedAtMs: number): boolean => sent.push([intendedAtMs, now()]) > 0;
    await sendOnTime({ times: [0, 10, 10.25, 14.75], startedAtMs: 5000, signal: never, now, sleep, send });
    expect(sent).toEqual([
      [5000, 5000],
      [5010, 5010],
      [5010.25, 5011],
      [5014.75, 5015],
    ]);
  });

  test('what a stall kept back is sent at once, with the times it should have had', async () => {
    const { now, sleep, pass } = fakeTime();
    const sent: [intended: number, at: number][] = [];
    const send = (intendedAtMs: number): boolean => {
      sent.push([intendedAtMs, now()]);
      if (sent.length === 2) pass(25);
      return true;
    };
    await sendOnTime({ times: [0, 10, 20, 30, 40], startedAtMs: 5000, signal: never, now, sleep, send });
    expect(sent).toEqual([
      [5000, 5000],
      [5010, 5010],
      [5020, 5035],
      [5030, 5035],
      [5040, 5040],
    ]);
  });

  test('wakes again when a timer fired too early', async () => {
    const { now, pass } = fakeTime();
    const sent: number[] = [];
    const sleep = async (ms: number): Promise<void> => pass(ms / 2);
    const send = (): boolean => sent.push(now()) > 0;
    await sendOnTime({ times: [8], startedAtMs: 5000, signal: never, now, sleep, send });
    expect(sent[0]).toBeGreaterThanOrEqual(5008);
  });

  test('ends when there is no more to send', async () => {
    const { now, sleep } = fakeTime();
    let asked = 0;
    const send = (): boolean => ++asked < 3;
    await sendOnTime({ times: [0, 1, 2, 3, 4], startedAtMs: 5000, signal: never, now, sleep, send });
    expect(asked).toBe(3);
  });

  test('an interrupt ends it, also while it waits', async () => {
    const { now } = fakeTime();
    const aborter = new AbortController();
    let sent = 0;
    const sleep = async (): Promise<void> => aborter.abort();
    const send = (): boolean => ++sent > 0;
    await sendOnTime({ times: [0, 100, 200], startedAtMs: 5000, signal: aborter.signal, now, sleep, send });
    expect(sent).toBe(1);
  });
});
