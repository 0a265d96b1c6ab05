import type { ChainExpectedCredit, ChainPosting } from './chain.ts';
import type { RecordException, RecordExceptionReason } from './record-exception.ts';
import type { Counterpart, HoldTerms } from './transaction-record.ts';

/** One step of a chain as the fold sees it, whoever reported it. */
export interface ChainStep {
  readonly transactionToken: string;
  readonly amountMinor: bigint;
  readonly counterpart: Counterpart;
  /** It follows something, by its own word. */
  readonly namesParent: boolean;
}

/** What a chain has come to so far, while it is folded. Mutable, and never leaves the fold. */
export interface ChainState {
  heldMinor: bigint;
  messageClass: 'dual' | 'single';
  expiresAtMs: number | undefined;
  /** The terms of the chain's first authorization. */
  terms: HoldTerms | undefined;
  /** Something has opened the chain: a hold, a single message, a promised or posted credit. */
  isOpened: boolean;
  /** How the hold ended, where it did; a new approval opens it again. */
  closedBy: 'clearing' | 'reversal' | 'expiry' | undefined;
  /** Debits posted against the chain, what single messages gave back taken off. */
  clearedMinor: bigint;
  /** Something was approved that limits count. */
  isCounted: boolean;
  singlePostedMinor: bigint;
  creditPostedMinor: bigint;
  /** Posted by fast funds and not confirmed by a clearing yet. */
  fastPostedMinor: bigint;
  /** By the transaction that promised. */
  readonly expected: Map<string, bigint>;
  /** By case: what is credited now, and whether it ever was. */
  readonly cases: Map<string, bigint>;
  readonly postings: ChainPosting[];
  readonly exceptions: RecordException[];
}

export function emptyChainState(): ChainState {
  return {
    heldMinor: 0n,
    messageClass: 'dual',
    expiresAtMs: undefined,
    terms: undefined,
    isOpened: false,
    closedBy: undefined,
    clearedMinor: 0n,
    isCounted: false,
    singlePostedMinor: 0n,
    creditPostedMinor: 0n,
    fastPostedMinor: 0n,
    expected: new Map(),
    cases: new Map(),
    postings: [],
    exceptions: [],
  };
}

/** Books money of a step; signed, the account's side. */
export function post(state: ChainState, step: ChainStep, amountMinor: bigint): void {
  if (amountMinor === 0n) return;
  const { transactionToken, counterpart } = step;
  state.postings.push({ transactionToken, counterpart, amountMinor });
}

/** Puts a step on the operator's list. */
export function list(
  state: ChainState,
  step: ChainStep,
  reason: RecordExceptionReason,
  amountMinor: bigint = step.amountMinor,
): void {
  state.exceptions.push({ transactionToken: step.transactionToken, reason, amountMinor });
}

/** A step that names what nobody has seen is not a step of its own (money.md *chains are folds*). */
export function listIfParentMissing(state: ChainState, step: ChainStep): void {
  if (!state.isOpened && step.namesParent) list(state, step, 'missing_parent');
}

export function expectedCredits(state: ChainState): ChainExpectedCredit[] {
  return [...state.expected].flatMap(([transactionToken, amountMinor]) =>
    amountMinor > 0n ? [{ transactionToken, amountMinor }] : [],
  );
}

/** One for each transaction and counterpart; what came back in full is none. */
export function netPostings({ postings }: ChainState): ChainPosting[] {
  const net = new Map<string, ChainPosting>();
  for (const posting of postings) {
    const key = `${posting.counterpart} ${posting.transactionToken}`;
    net.set(key, { ...posting, amountMinor: posting.amountMinor + (net.get(key)?.amountMinor ?? 0n) });
  }
  return [...net.values()].filter(({ amountMinor }) => amountMinor !== 0n);
}

export function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
