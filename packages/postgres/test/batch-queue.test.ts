// The queue in front of the commit, with a `send` that a test answers by hand.
import { type CommitResult, Fault, type Proposal } from '@freeway/core';
import { buildProposal, fixedClock } from '@freeway/testkit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BatchEntry } from '../src/batch-entry.ts';
import { BatchQueue } from '../src/batch-queue.ts';

const COMMITTED: CommitResult = { status: 'committed', decision: { decisionId: '1', outcome: 'approve' } };

interface Sent {
  readonly entries: readonly BatchEntry[];
  readonly tokens: readonly string[];
  /** Settles everything, or as told, and lands. */
  land(result?: CommitResult | Fault, again?: readonly BatchEntry[]): Promise<void>;
}

function proposal(token: string, message = `m-${token}`, amountMinor = 1000n): Proposal {
  return buildProposal({ request: { transactionToken: token, messageToken: message, amountMinor } });
}

/** What became of a promise so far. */
function watch(promise: Promise<CommitResult>): { outcome: string | undefined } {
  const watched: { outcome: string | undefined } = { outcome: undefined };
  promise.then(
    ({ status }) => (watched.outcome = status),
    (fault: Fault) => (watched.outcome = fault.code),
  );
  return watched;
}

const settled = () => vi.advanceTimersByTimeAsync(0);

describe('the batch queue', () => {
  const clock = fixedClock(0);
  let sent: Sent[];
  let queue: BatchQueue;

  beforeEach(() => {
    vi.useFakeTimers();
    open();
  });
  afterEach(() => vi.useRealTimers());

  function open(options: { batchMax?: number; inFlightMax?: number; queueMax?: number } = {}): void {
    sent = [];
    const send = (entries: readonly BatchEntry[]) =>
      new Promise<readonly BatchEntry[]>((resolve) => {
        for (const entry of entries) entry.sending = 'on_the_server';
        sent.push({
          entries,
          tokens: entries.map((entry) => entry.proposal.request.transactionToken),
          land: async (result = COMMITTED, again = []) => {
            for (const entry of entries) {
              if (again.includes(entry)) continue;
              if (result instanceof Fault) entry.fail(result);
              else entry.settle(result);
            }
            resolve(again);
            await settled();
          },
        });
      });
    queue = new BatchQueue({ batchMax: 64, inFlightMax: 1, queueMax: 100, clock: clock.nowMs, send, ...options });
  }
  const add = (each: Proposal, forMs = 1000) => watch(queue.add(each, clock.nowMs() + forMs));
  const tokens = () => sent.map((each) => each.tokens);
  /** Time passes, and the sweep sees it. */
  const pass = async (ms: number) => {
    clock.advance(ms);
    await vi.advanceTimersByTimeAsync(ms);
  };

  it('sends one alone at once, and what comes meanwhile together', async () => {
    const first = add(proposal('a'));
    expect(tokens()).toEqual([['a']]);
    const others = ['b', 'c', 'd'].map((token) => add(proposal(token)));
    expect(tokens()).toEqual([['a']]);
    await sent[0]?.land();
    expect(first.outcome).toBe('committed');
    expect(tokens()).toEqual([['a'], ['b', 'c', 'd']]);
    await sent[1]?.land();
    expect(others.map(({ outcome }) => outcome)).toEqual(['committed', 'committed', 'committed']);
  });

  it('keeps to the largest batch and to the most that may be under way', async () => {
    open({ batchMax: 2, inFlightMax: 2 });
    for (const token of ['a', 'b', 'c', 'd', 'e']) add(proposal(token));
    expect(tokens()).toEqual([['a'], ['b']]);
    expect(queue.statistics()).toEqual({ queued: 3, inFlight: 2 });
    await sent[0]?.land();
    expect(tokens()).toEqual([['a'], ['b'], ['c', 'd']]);
    await sent[1]?.land();
    expect(tokens()).toEqual([['a'], ['b'], ['c', 'd'], ['e']]);
  });

  it('an equal request under way is followed, by message or by transaction, and answered as its repeat', async () => {
    const leader = add(proposal('a'));
    const followers = [add(proposal('a')), add(proposal('a', 'm-other')), add(proposal('other', 'm-a'))];
    expect(queue.statistics()).toEqual({ queued: 0, inFlight: 1 });
    await sent[0]?.land();
    expect(leader.outcome).toBe('committed');
    expect(followers.map(({ outcome }) => outcome)).toEqual(['repeat', 'repeat', 'repeat']);
    expect(tokens()).toEqual([['a']]);
  });

  it('equal requests that wait are sent once', async () => {
    add(proposal('first'));
    const equal = [add(proposal('a')), add(proposal('a')), add(proposal('a'))];
    await sent[0]?.land();
    expect(tokens()).toEqual([['first'], ['a']]);
    await sent[1]?.land();
    expect(equal.map(({ outcome }) => outcome)).toEqual(['committed', 'repeat', 'repeat']);
  });

  it('other content under a token that is under way waits until it has landed', async () => {
    add(proposal('a'));
    const other = add(proposal('a', 'm-a', 999n));
    const unrelated = add(proposal('b'));
    await sent[0]?.land();
    expect(tokens()).toEqual([['a'], ['a', 'b']]);
    await sent[1]?.land({ status: 'token_reused' });
    expect([other.outcome, unrelated.outcome]).toEqual(['token_reused', 'token_reused']);
  });

  it('other content under one token never shares a batch', async () => {
    add(proposal('first'));
    for (const amount of [1n, 2n, 3n]) add(proposal('a', 'm-a', amount));
    await sent[0]?.land();
    expect(tokens()).toEqual([['first'], ['a']]);
    await sent[1]?.land();
    expect(tokens()).toEqual([['first'], ['a'], ['a']]);
    await sent[2]?.land();
    expect(tokens()).toEqual([['first'], ['a'], ['a'], ['a']]);
  });

  it('followers share what the ledger says of stale facts, and the fault', async () => {
    const [leader, follower] = [add(proposal('a')), add(proposal('a'))];
    await sent[0]?.land({ status: 'stale' });
    expect([leader.outcome, follower.outcome]).toEqual(['stale', 'stale']);
    const [failed, alike] = [add(proposal('b')), add(proposal('b'))];
    await sent[1]?.land(new Fault('unavailable', 'no'));
    expect([failed.outcome, alike.outcome]).toEqual(['unavailable', 'unavailable']);
  });

  it('*deadline*: what cannot meet it is not begun', async () => {
    expect(await settledOutcome(add(proposal('late'), 0))).toBe('unavailable');
    expect(tokens()).toEqual([]);
    add(proposal('a'));
    const waiting = add(proposal('b'), 100);
    await pass(100);
    expect(waiting.outcome).toBe('unavailable');
    await sent[0]?.land();
    expect(tokens()).toEqual([['a']]);
  });

  it('whoever waits no longer for what was sent does not know its outcome; those who follow still get it', async () => {
    const impatient = add(proposal('a'), 100);
    const patient = add(proposal('a'), 1000);
    await pass(100);
    expect([impatient.outcome, patient.outcome]).toEqual(['outcome_unknown', undefined]);
    const late = add(proposal('a'), 1000);
    await sent[0]?.land();
    expect([patient.outcome, late.outcome]).toEqual(['repeat', 'repeat']);
    expect(impatient.outcome).toBe('outcome_unknown');
    expect(tokens()).toEqual([['a']]);
  });

  it('a follower may be the impatient one', async () => {
    const [leader, follower] = [add(proposal('a'), 1000), add(proposal('a'), 100)];
    await pass(100);
    expect([leader.outcome, follower.outcome]).toEqual([undefined, 'outcome_unknown']);
    await sent[0]?.land();
    expect([leader.outcome, follower.outcome]).toEqual(['committed', 'outcome_unknown']);
  });

  it('more than may wait is refused at once; room is found again', async () => {
    open({ queueMax: 2 });
    for (const token of ['a', 'b', 'c']) add(proposal(token));
    expect(await settledOutcome(add(proposal('d')))).toBe('unavailable');
    // A repeat of what is under way needs no room.
    const repeat = add(proposal('a'));
    await sent[0]?.land();
    expect(repeat.outcome).toBe('repeat');
    add(proposal('e'));
    expect(queue.statistics()).toEqual({ queued: 1, inFlight: 1 });
    await sent[1]?.land();
    expect(tokens()).toEqual([['a'], ['b', 'c'], ['e']]);
  });

  it('what comes back from a send is sent again after a pause, apart from the others', async () => {
    const [busy, free] = [add(proposal('busy')), add(proposal('free'))];
    const [entry] = sent[0]?.entries ?? [];
    if (entry === undefined) throw new Error('nothing was sent');
    entry.metLockedAccount = true;
    await sent[0]?.land(COMMITTED, [entry]);
    expect(tokens()).toEqual([['busy'], ['free']]);
    add(proposal('later'));
    await sent[1]?.land();
    expect([busy.outcome, free.outcome]).toEqual([undefined, 'committed']);
    expect(tokens()).toEqual([['busy'], ['free'], ['later']]);
    await pass(100);
    add(proposal('with'));
    await sent[2]?.land();
    expect(tokens().slice(3)).toEqual([['busy']]);
    await sent[3]?.land();
    expect(busy.outcome).toBe('committed');
    expect(tokens().slice(4)).toEqual([['with']]);
  });

  it('is drained when nothing waits, pauses or is under way', async () => {
    await queue.drained();
    add(proposal('a'));
    add(proposal('b'));
    let drained = false;
    void queue.drained().then(() => (drained = true));
    const [entry] = sent[0]?.entries ?? [];
    await sent[0]?.land(COMMITTED, entry === undefined ? [] : [entry]);
    await sent[1]?.land();
    expect([tokens(), drained]).toEqual([[['a'], ['b']], false]);
    await pass(100);
    await sent[2]?.land();
    expect([tokens(), drained]).toEqual([[['a'], ['b'], ['a']], true]);
  });

  it('is drained although everything that waited has expired', async () => {
    add(proposal('a'));
    add(proposal('b'), 50);
    let drained = false;
    void queue.drained().then(() => (drained = true));
    await pass(60);
    await sent[0]?.land();
    expect([tokens(), drained]).toEqual([[['a']], true]);
    expect(queue.statistics()).toEqual({ queued: 0, inFlight: 0 });
  });

  it('keeps no timer when nobody waits', async () => {
    add(proposal('a'));
    await sent[0]?.land();
    await pass(20);
    expect(vi.getTimerCount()).toBe(0);
  });
});

async function settledOutcome(watched: { outcome: string | undefined }): Promise<string | undefined> {
  await settled();
  return watched.outcome;
}
