import type { CommitResult } from '@freeway/core';
import { buildProposal } from '@freeway/testkit';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { BatchEntry } from '../src/batch-entry.ts';
import { BatchQueue } from '../src/batch-queue.ts';

const COMMITTED: CommitResult = { status: 'committed', decision: { decisionId: '1', outcome: 'approve' } };
const REPEAT: CommitResult = { ...COMMITTED, status: 'repeat' };

interface Sent {
  readonly batch: readonly BatchEntry[];
  land(again?: readonly BatchEntry[]): void;
}

const proposal = (messageToken: string, transactionToken = `t ${messageToken}`, fingerprint = '0'.repeat(32)) =>
  buildProposal({ request: { messageToken, transactionToken, fingerprint } });

const landed = () => vi.advanceTimersByTimeAsync(0);

describe('the batch queue', () => {
  let nowMs = 0;
  let sent: Sent[] = [];
  let queue: BatchQueue;

  beforeEach(() => {
    vi.useFakeTimers();
    nowMs = 0;
    sent = [];
    queue = new BatchQueue({
      batchMax: 3,
      inFlightMax: 1,
      queueMax: 5,
      clock: () => nowMs,
      send: (batch) => new Promise((resolve) => sent.push({ batch, land: (again = []) => resolve(again) })),
    });
    return () => vi.useRealTimers();
  });

  const add = (message: string, transaction?: string, fingerprint?: string, deadlineMs = 1000) =>
    queue.add(proposal(message, transaction, fingerprint), deadlineMs);
  const messagesOf = (nth: number) => sent[nth]?.batch.map((entry) => entry.proposal.request.messageToken);
  const settleAll = (nth: number) => {
    for (const entry of sent[nth]?.batch ?? []) entry.settle(COMMITTED);
    sent[nth]?.land();
  };

  test('sends the first at once, and what comes meanwhile together, no more than a batch', async () => {
    const all = ['a', 'b', 'c', 'd', 'e'].map((message) => add(message));
    expect(messagesOf(0)).toEqual(['a']);
    settleAll(0);
    await landed();
    expect(messagesOf(1)).toEqual(['b', 'c', 'd']);
    settleAll(1);
    await landed();
    expect(messagesOf(2)).toEqual(['e']);
    settleAll(2);
    expect(await Promise.all(all)).toEqual(all.map(() => COMMITTED));
    await queue.drained();
  });

  test('the same content under a token that is under way follows it; other content waits for it', async () => {
    const first = add('a', 't');
    const sameMessage = add('a', 't');
    const sameTransaction = add('b', 't');
    const otherContent = add('a', 't', '1'.repeat(32));
    settleAll(0);
    expect(await first).toEqual(COMMITTED);
    expect(await sameMessage).toEqual(REPEAT);
    expect(await sameTransaction).toEqual(REPEAT);
    await landed();
    expect(messagesOf(1)).toEqual(['a']);
    settleAll(1);
    expect(await otherContent).toEqual(COMMITTED);
  });

  test('what was settled while its batch is still under way answers a repeat at once', async () => {
    const first = add('a');
    sent[0]?.batch[0]?.settle(COMMITTED);
    expect(await first).toEqual(COMMITTED);
    expect(await add('a')).toEqual(REPEAT);
    expect(sent).toHaveLength(1);
  });

  test('a deadline that passes: unavailable while nothing was sent, unknown once it was', async () => {
    const onTheServer = add('a');
    const waiting = add('b');
    const entry = sent[0]?.batch[0];
    if (entry !== undefined) entry.sending = 'on_the_server';
    const outcomes = Promise.allSettled([onTheServer, waiting]);
    nowMs = 1000;
    await vi.advanceTimersByTimeAsync(20);
    expect(await outcomes).toMatchObject([
      { reason: { code: 'outcome_unknown' } },
      { reason: { code: 'unavailable' } },
    ]);
    sent[0]?.land();
    await landed();
    expect(sent).toHaveLength(1);
    await queue.drained();
  });

  test('an entry whose caller has gone is still wanted while a repeat of it waits', async () => {
    const gone = add('a', undefined, undefined, 100);
    const repeat = add('a', undefined, undefined, 1000);
    const entry = sent[0]?.batch[0];
    nowMs = 100;
    const outcome = expect(gone).rejects.toMatchObject({ code: 'unavailable' });
    await vi.advanceTimersByTimeAsync(20);
    await outcome;
    expect([entry?.isWantedAt(999), entry?.isWantedAt(1000)]).toEqual([true, false]);
    settleAll(0);
    expect(await repeat).toEqual(REPEAT);
  });

  test('what met a locked account comes again after a pause, apart from the others', async () => {
    const stuck = add('a');
    const other = add('b');
    const entry = sent[0]?.batch[0];
    if (entry !== undefined) entry.metLockedAccount = true;
    sent[0]?.land(entry === undefined ? [] : [entry]);
    await landed();
    expect(messagesOf(1)).toEqual(['b']);
    await vi.advanceTimersByTimeAsync(50);
    settleAll(1);
    await landed();
    expect(messagesOf(2)).toEqual(['a']);
    settleAll(2);
    expect(await Promise.all([stuck, other])).toEqual([COMMITTED, COMMITTED]);
  });

  const several = () =>
    new BatchQueue({
      batchMax: 2,
      inFlightMax: 3,
      queueMax: 9,
      clock: () => nowMs,
      send: (batch) => new Promise((resolve) => sent.push({ batch, land: (again = []) => resolve(again) })),
    });

  test('beside a batch under way only a full one is begun', async () => {
    const queueOfSeveral = several();
    const all = ['a', 'b', 'c', 'd'].map((message) =>
      queueOfSeveral.add({ ...proposal(message), accountId: message }, 1000),
    );
    expect([messagesOf(0), messagesOf(1), messagesOf(2)]).toEqual([['a'], ['b', 'c'], undefined]);
    settleAll(0);
    await landed();
    expect(messagesOf(2)).toBeUndefined();
    settleAll(1);
    await landed();
    expect(messagesOf(2)).toEqual(['d']);
    settleAll(2);
    expect(await Promise.all(all)).toEqual(all.map(() => COMMITTED));
  });

  test('who has waited longer than commits take goes past what is stuck', async () => {
    const queueOfSeveral = several();
    const all = ['a', 'b'].map((message) => queueOfSeveral.add({ ...proposal(message), accountId: message }, 1000));
    nowMs = 20;
    await vi.advanceTimersByTimeAsync(20);
    expect([messagesOf(0), messagesOf(1)]).toEqual([['a'], undefined]);
    nowMs = 21;
    await vi.advanceTimersByTimeAsync(10);
    expect(messagesOf(1)).toEqual(['b']);
    settleAll(0);
    settleAll(1);
    expect(await Promise.all(all)).toEqual(all.map(() => COMMITTED));
  });

  test('an account that a batch under way locks waits for the next batch, and holds up no other', async () => {
    const queueOfSeveral = several();
    const on = (accountId: string, message: string) =>
      queueOfSeveral.add({ ...proposal(message), accountId }, 1000).then(() => message);
    const all = [on('1', 'a'), on('1', 'b'), on('2', 'c'), on('1', 'd'), on('3', 'e')];
    expect([0, 1, 2, 3].map(messagesOf)).toEqual([['a'], ['c'], ['e'], undefined]);
    settleAll(0);
    await landed();
    expect(messagesOf(3)).toEqual(['b', 'd']);
    for (const nth of [1, 2, 3]) settleAll(nth);
    expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd', 'e']);
    await queueOfSeveral.drained();
  });

  test('refuses at once what is too late or too much', async () => {
    nowMs = 1000;
    await expect(add('late')).rejects.toMatchObject({ code: 'unavailable' });
    nowMs = 0;
    const taken = ['a', 'b', 'c', 'd', 'e', 'f'].map((message) => add(message));
    await expect(add('g')).rejects.toMatchObject({ code: 'unavailable' });
    expect(queue.statistics()).toEqual({ queued: 5, inFlight: 1 });
    for (let nth = 0; nth < 3; nth++) {
      settleAll(nth);
      await landed();
    }
    expect(await Promise.all(taken)).toHaveLength(6);
  });
});
