// What became of the requests of a drill: how many were answered, how long nothing was, how long each took.
import { describe, expect, it } from 'vitest';
import { createAnswerTimeline, type Try } from '../src/load/answer-timeline.ts';

const answer = (sentAtMs: number, tookMs: number, status?: number): Try => ({
  sentAtMs,
  endedAtMs: sentAtMs + tookMs,
  ...(status === undefined ? {} : { status }),
});

function timelineOf(tries: readonly Try[]) {
  const timeline = createAnswerTimeline();
  for (const one of tries) timeline.add(one);
  return timeline;
}

describe('a timeline of answers', () => {
  it('counts what got no answer, and what got an error, which is one', () => {
    const timeline = timelineOf([answer(0, 10, 200), answer(10, 3000), answer(20, 2500, 503), answer(30, 5, 402)]);
    const none = { late: 0, excused: 0 };
    expect(timeline.counts(0, 3000)).toEqual({ tries: 4, unanswered: 1, slowestMs: 3000, ...none });
    expect(timeline.counts(15, 3000)).toEqual({ tries: 2, unanswered: 0, slowestMs: 2500, ...none });
    expect(timeline.counts(0, 2000, 15)).toEqual({ tries: 2, unanswered: 1, slowestMs: 3000, ...none });
    expect(timeline.errors()).toBe(1);
  });

  it('tells an answer that was late from one that we came late to see', () => {
    const timeline = timelineOf([answer(0, 3400, 503), answer(10_000, 3400, 503), answer(20_000, 2900, 503)]);
    timeline.ownDelay(2000, 500);
    // All but 300 ms of this one was over before the second was sent.
    timeline.ownDelay(10_300, 5000);
    expect(timeline.counts(0, 3000)).toEqual({ tries: 3, unanswered: 0, late: 1, excused: 1, slowestMs: 3400 });
    expect(timeline.longestOwnDelayMs()).toBe(5000);
  });

  it('has no outage while nothing fails', () => {
    expect(timelineOf([answer(0, 10, 200), answer(5, 10, 402)]).outage(0)).toBeUndefined();
  });

  it('has an outage from the first failure to the first success that lasts', () => {
    const timeline = timelineOf([
      answer(0, 10, 503),
      answer(100, 10, 200),
      answer(1000, 100, 503),
      answer(1500, 3000),
      // One that was let through, and failures after it: it is not over yet.
      answer(5000, 10, 200),
      answer(5100, 100, 500),
      answer(6000, 10, 402),
      answer(6900, 10, 200),
      answer(9000, 10, 503),
    ]);
    expect(timeline.outage(500)).toEqual({ failedAtMs: 1100, recoveredAtMs: 6010 });
  });

  it('has an outage without an end when nothing succeeds after it', () => {
    expect(timelineOf([answer(0, 10, 200), answer(100, 10, 503)]).outage(0)).toEqual({
      failedAtMs: 110,
      recoveredAtMs: undefined,
    });
  });

  it('tells latency by when requests were sent', () => {
    const timeline = timelineOf([answer(0, 10, 200), answer(1, 20, 200), answer(100, 500, 503)]);
    expect(timeline.latency(0, 100)).toMatchObject({ count: 2 });
    expect(timeline.latency(0, 100).maxMs).toBeCloseTo(20, 0);
    expect(timeline.latency(100, Infinity).maxMs).toBeCloseTo(500, 0);
    expect(timeline.latency(200, Infinity)).toMatchObject({ count: 0 });
  });
});
