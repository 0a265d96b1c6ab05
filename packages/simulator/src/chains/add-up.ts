import { keepsResidue } from './residue.ts';
import type { ChainEvent } from './chain-event.ts';
import type { Deed } from '../records/deed.ts';

/** A record that an operator has to look at, and why; the words are those of Freeway's list. */
export interface Oddity {
  readonly token: string;
  readonly reason:
    | 'advice_after_close'
    | 'released_beyond_hold'
    | 'cleared_without_hold'
    | 'cleared_beyond_hold'
    | 'reversed_beyond_posted'
    | 'disputed_twice'
    | 'missing_parent';
}

/** What a chain comes to; minor units. */
export interface ChainSum {
  readonly postedMinor: bigint;
  readonly heldMinor: bigint;
  readonly pendingMinor: bigint;
  /** What limits count of it. */
  readonly countedMinor: bigint;
  readonly count: 0 | 1;
  readonly oddities: readonly Oddity[];
}

/** Where a chain stands while its events are gone through. */
interface Running {
  held: bigint;
  posted: bigint;
  /** Debits posted, less what single messages gave back. */
  taken: bigint;
  singles: bigint;
  credits: bigint;
  /** Credits posted before their clearing came (fast funds). */
  early: bigint;
  promises: Map<string, bigint>;
  cases: Map<string, bigint>;
  /** Something of it was seen that can open a chain, even if it was refused. */
  isKnown: boolean;
  counts: boolean;
  end: 'no' | 'cleared' | 'reversed' | 'lapsed';
  oddities: Oddity[];
}

/**
 * Adds a chain up (money.md *chains are folds*): the same for every order in which its events became known. `first` is the
 * token of the chain's first transaction.
 */
export function addUp(first: string, events: readonly ChainEvent[]): ChainSum {
  const running: Running = {
    held: 0n,
    posted: 0n,
    taken: 0n,
    singles: 0n,
    credits: 0n,
    early: 0n,
    promises: new Map(),
    cases: new Map(),
    isKnown: false,
    counts: false,
    end: 'no',
    oddities: [],
  };
  for (const event of inOrder(first, events)) {
    // money.md *outcome*: what was not approved undoes exactly what this transaction did, which is nothing.
    if (!event.isApproved) running.isKnown ||= OPENERS.has(event.deed);
    else {
      if (event.token !== first && !running.isKnown && !MAY_LACK_A_PARENT.has(event.deed))
        running.oddities.push({ token: event.token, reason: 'missing_parent' });
      DO[event.deed](running, event);
      running.isKnown ||= OPENERS.has(event.deed);
    }
  }
  const countedMinor = running.held + running.taken;
  const isUndone = running.end === 'reversed' && countedMinor === 0n;
  return {
    postedMinor: running.posted,
    heldMinor: running.held,
    pendingMinor: [...running.promises.values()].reduce((sum, promise) => sum + promise, 0n),
    countedMinor,
    count: running.counts && !isUndone ? 1 : 0,
    oddities: running.oddities,
  };
}

const OPENERS: ReadonlySet<Deed> = new Set(['hold', 'hold_more', 'single', 'promise', 'credit', 'debit']);
const MAY_LACK_A_PARENT: ReadonlySet<Deed> = new Set(['hold', 'hold_more', 'single', 'promise', 'debit', 'nothing']);

/** The first transaction first, then by second and number; of an answer and a record of one transaction the record. */
function inOrder(first: string, events: readonly ChainEvent[]): ChainEvent[] {
  const recorded = new Set(events.filter(({ source }) => source === 'record').map(({ token }) => token));
  return events
    .filter(({ source, token }) => source === 'record' || !recorded.has(token))
    .toSorted(
      (a, b) =>
        Number(b.token === first) - Number(a.token === first) ||
        a.second - b.second ||
        Number(a.identifier - b.identifier) ||
        (a.token < b.token ? -1 : 1),
    );
}

const DO: Readonly<Record<Deed, (running: Running, event: ChainEvent) => void>> = {
  hold,
  hold_more: hold,
  set_hold(running, event) {
    if (running.end !== 'no') return odd(running, event, 'advice_after_close');
    running.held = event.amountMinor;
    running.counts ||= event.amountMinor > 0n;
  },
  give_back(running, event) {
    const given = smaller(event.amountMinor, running.held);
    release(running, event, given);
    if (given > 0n && running.held === 0n && running.end === 'no') running.end = 'reversed';
  },
  give_all_back(running, event) {
    release(running, event, running.held);
    if (running.end === 'no') running.end = 'reversed';
  },
  lapse(running) {
    running.held = 0n;
    running.end = 'lapsed';
  },
  single(running, event) {
    if (!event.isDone) return hold(running, event);
    if (event.amountMinor === 0n) return;
    running.posted -= event.amountMinor;
    running.taken += event.amountMinor;
    running.singles += event.amountMinor;
    running.counts = true;
  },
  undo_single(running, event) {
    const fromHold = smaller(event.amountMinor, running.held);
    const fromPosted = smaller(event.amountMinor - fromHold, running.singles);
    running.held -= fromHold;
    running.singles -= fromPosted;
    running.taken -= fromPosted;
    running.posted += fromPosted;
    if (fromHold + fromPosted < event.amountMinor && running.isKnown) odd(running, event, 'reversed_beyond_posted');
    if (running.held + running.singles === 0n && fromHold + fromPosted > 0n) running.end = 'reversed';
  },
  clear,
  debit(running, event) {
    running.posted -= event.amountMinor;
  },
  promise(running, event) {
    if (!event.isFast) return void running.promises.set(event.token, event.amountMinor);
    running.posted += event.amountMinor;
    running.credits += event.amountMinor;
    running.early += event.amountMinor;
  },
  set_promise(running, event) {
    const [first] = running.promises.keys();
    if (first === undefined) return running.isKnown ? odd(running, event, 'advice_after_close') : undefined;
    dropPromises(running);
    running.promises.set(first, event.amountMinor);
  },
  take_promise_back(running, event) {
    const left = event.amountMinor - takePromises(running, event.amountMinor);
    takeCredits(running, event, left);
  },
  credit(running, event) {
    running.posted += event.amountMinor - running.early;
    running.credits += event.amountMinor - running.early;
    running.early = 0n;
    dropPromises(running);
  },
  undo_credit(running, event) {
    const fromCredits = smaller(event.amountMinor, running.credits);
    const fromPromises = takePromises(running, event.amountMinor - fromCredits);
    takeCredits(running, event, event.amountMinor - fromPromises);
  },
  provisional_credit: creditCase,
  chargeback(running, event) {
    if (event.dispute?.creditsUser === true) creditCase(running, event);
  },
  case_completed(running, event) {
    if (!running.cases.has(caseOf(event))) creditCase(running, event);
  },
  take_credit_back(running, event) {
    const open = running.cases.get(caseOf(event)) ?? 0n;
    const back = smaller(event.amountMinor, open);
    running.cases.set(caseOf(event), open - back);
    running.posted -= back;
    if (back < event.amountMinor) odd(running, event, 'reversed_beyond_posted');
  },
  nothing() {},
};

function hold(running: Running, event: ChainEvent): void {
  if (event.amountMinor === 0n) return;
  running.held += event.amountMinor;
  running.counts = true;
  // Only a new approval holds again on a chain that was over.
  running.end = 'no';
}

function release(running: Running, event: ChainEvent, given: bigint): void {
  running.held -= given;
  if (event.amountMinor > given && running.isKnown) odd(running, event, 'released_beyond_hold');
}

/** money.md *residue*: what stays held is chosen by the final flag, by n of m, by the kind of merchant, in this order. */
function clear(running: Running, event: ChainEvent): void {
  const { amountMinor, clearing, merchant } = event;
  const fromHold = smaller(amountMinor, running.held);
  if (amountMinor > fromHold && running.isKnown)
    odd(running, event, running.held === 0n ? 'cleared_without_hold' : 'cleared_beyond_hold');
  running.posted -= amountMinor;
  running.taken += amountMinor;
  running.counts ||= amountMinor > 0n;
  running.held -= fromHold;
  const { isFinal, releaseMinor, part } = clearing ?? {};
  if (isFinal === true) running.held -= smaller(releaseMinor ?? running.held, running.held);
  else if (part !== undefined) running.held = part.number >= part.count ? 0n : running.held;
  else if (isFinal === undefined && !keepsResidue(merchant)) running.held = 0n;
  if (running.held === 0n && running.end === 'no') running.end = 'cleared';
}

/** money.md *disputes*: one credit for each case. */
function creditCase(running: Running, event: ChainEvent): void {
  if (running.cases.has(caseOf(event))) return odd(running, event, 'disputed_twice');
  running.cases.set(caseOf(event), event.amountMinor);
  running.posted += event.amountMinor;
}

function caseOf(event: ChainEvent): string {
  return event.dispute?.caseToken ?? '';
}

function dropPromises(running: Running): void {
  for (const token of running.promises.keys()) running.promises.set(token, 0n);
}

/** In the order in which they were made; returns what could be taken. */
function takePromises(running: Running, amountMinor: bigint): bigint {
  let left = amountMinor;
  for (const [token, promise] of running.promises) {
    const taken = smaller(left, promise);
    running.promises.set(token, promise - taken);
    left -= taken;
  }
  return amountMinor - left;
}

function takeCredits(running: Running, event: ChainEvent, amountMinor: bigint): void {
  const taken = smaller(amountMinor, running.credits);
  running.credits -= taken;
  running.early = smaller(running.early, running.credits);
  running.posted -= taken;
  if (taken < amountMinor && running.isKnown) odd(running, event, 'reversed_beyond_posted');
}

function odd(running: Running, { token }: ChainEvent, reason: Oddity['reason']): void {
  running.oddities.push({ token, reason });
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
