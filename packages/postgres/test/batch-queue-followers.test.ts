// Whoever asks the same while it is under way, who may wait at all, and when the queue is done.
import { type CommitResult, Fault, type Proposal } from '@freeway/core';
import { buildProposal, fixedClock } from '@freeway/testkit';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { BatchEntry } from '../src/batch-entry.ts';
import { BatchQueue } from '../src/batch-queue.ts';

const COMMITTED: CommitResult = { status: 'committed', decision: { decisionId: '1', outcome: 'approve' } };

interface Sent {
  readonly entries: readonly BatchEntry[];
  /** Settles all but those that come again, and lands. */
  land(outcome?: CommitResult | Fault, again?: readonly BatchEntry[]): Promise<void>;
}

function proposal(token: string, message = `m-${token}`, amountMinor = 1000n): Proposal {
  return buildProposal({ request: { transactionToken: token, messageToken: message, amountMinor } });
}

/** What has become of a request so far. */
interface Watched {
  outcome: string | undefined;
}

function watch(promise: Promise<CommitResult>): Watched {
  const watched: Watched = { outcome: undefined };
  promise.then(
    ({ status }) => (watched.outcome = status),
    (fault: Fault) => (watched.outcome = fault.code),
  );
  return watched;
}

const outcomes = (...all: readonly Watched[]) => all.map(({ outcome }) => outcome);

describe('followers of the batch queue', () => {
  const clock = fixedClock(0);
  let sent: Sent[];
  let queue: BatchQueue;

  beforeEach(() => {
    vi.useFakeTimers();
    open(100);
  });
  afterEach(() => vi.useRealTimers());

  function open(queueMax: number): void {
    sent = [];
    const send = (entries: readonly BatchEntry[]) =>
      new Promise<readonly BatchEntry[]>((resolve) => {
        for (const entry of entries) entry.sending = 'on_the_server';
        const land: Sent['land'] = async (outcome = COMMITTED, again = []) => {
          for (const entry of entries.filter((each) => !again.includes(each))) {
            if (outcome instanceof Fault) entry.fail(outcome);
            else entry.settle(outcome);
          }
          resolve(again);
          await vi.advanceTimersByTimeAsync(0);
        };
        sent.push({ entries, land });
      });
    queue = new BatchQueue({ batchMax: 64, inFlightMax: 1, queueMax, clock: clock.nowMs, send });
  }
  const add = (each: Proposal, forMs = 1000) => watch(queue.add(each, clock.nowMs() + forMs));
  const tokens = () => sent.map((each) => each.entries.map((entry) => entry.proposal.request.transactionToken));
  const pass = async (ms: number) => {
    clock.advance(ms);
    await vi.advanceTimersByTimeAsync(ms);
  };

  test('follow by the message or by the transaction, and are answered as repeats', async () => {
    const leader = add(proposal('a'));
    const followers = [add(proposal('a')), add(proposal('a', 'm-other')), add(proposal('other', 'm-a'))];
    await sent[0]?.land();
    expect(outcomes(leader, ...followers)).toEqual(['committed', 'repeat', 'repeat', 'repeat']);
    expect(tokens()).toEqual([['a']]);
  });

  test('that wait together are sent once', async () => {
    add(proposal('first'));
    const equal = [add(proposal('a')), add(proposal('a')), add(proposal('a'))];
    await sent[0]?.land();
    await sent[1]?.land();
    expect(tokens()).toEqual([['first'], ['a']]);
    expect(outcomes(...equal)).toEqual(['committed', 'repeat', 'repeat']);
  });

  test('other content under one token never shares a batch, and its order stays', async () => {
    add(proposal('first'));
    for (const amount of [1n, 2n, 3n]) add(proposal('a', 'm-a', amount));
    for (let nth = 0; nth < 4; nth++) await sent[nth]?.land();
    const amounts = sent.map(({ entries }) => entries.map((entry) => entry.proposal.request.amountMinor));
    expect(amounts).toEqual([[1000n], [1n], [2n], [3n]]);
  });

  test.each([
    ['stale facts', { status: 'stale' } as const, 'stale'],
    ['a reused token', { status: 'token_reused' } as const, 'token_reused'],
    ['a fault', new Fault('unavailable', 'no'), 'unavailable'],
  ])('share %s', async (_, outcome, said) => {
    const all = [add(proposal('a')), add(proposal('a')), add(proposal('a', 'm-other'))];
    await sent[0]?.land(outcome);
    expect(outcomes(...all)).toEqual([said, said, said]);
  });

  test('may wait longer than the one they follow, or not as long', async () => {
    const [first, longer, shorter] = [add(proposal('a'), 200), add(proposal('a'), 900), add(proposal('a'), 100)];
    await pass(100);
    expect(outcomes(first, longer, shorter)).toEqual([undefined, undefined, 'outcome_unknown']);
    await pass(100);
    const late = add(proposal('a'), 100);
    expect(outcomes(first, longer)).toEqual(['outcome_unknown', undefined]);
    await sent[0]?.land();
    expect(outcomes(first, longer, shorter, late)).toEqual(['outcome_unknown', 'repeat', 'outcome_unknown', 'repeat']);
    expect(tokens()).toEqual([['a']]);
  });

  test('find room again once those before them have gone', async () => {
    open(2);
    for (const token of ['a', 'b', 'c']) add(proposal(token));
    const refused = add(proposal('d'));
    await sent[0]?.land();
    expect(outcomes(refused)).toEqual(['unavailable']);
    add(proposal('e'));
    expect(queue.statistics()).toEqual({ queued: 1, inFlight: 1 });
    await sent[1]?.land();
    expect(tokens()).toEqual([['a'], ['b', 'c'], ['e']]);
  });

  test('drained: when nothing waits, pauses or is under way, and at once when nothing does', async () => {
    await queue.drained();
    add(proposal('a'));
    add(proposal('b'));
    let drained = false;
    void queue.drained().then(() => (drained = true));
    await sent[0]?.land(COMMITTED, sent[0].entries);
    await sent[1]?.land();
    expect([tokens(), drained]).toEqual([[['a'], ['b']], false]);
    await pass(100);
    await sent[2]?.land();
    expect([tokens(), drained]).toEqual([[['a'], ['b'], ['a']], true]);
  });

  test('drained: also when all that waited has expired', async () => {
    add(proposal('a'));
    const expired = add(proposal('b'), 50);
    let drained = false;
    void queue.drained().then(() => (drained = true));
    await pass(60);
    expect(outcomes(expired)).toEqual(['unavailable']);
    await sent[0]?.land();
    expect([tokens(), drained]).toEqual([[['a']], true]);
    expect(queue.statistics()).toEqual({ queued: 0, inFlight: 0 });
  });

  test('nobody waits: no timer is kept', async () => {
    add(proposal('a'));
    await sent[0]?.land();
    await pass(20);
    expect(vi.getTimerCount()).toBe(0);
  });
});
