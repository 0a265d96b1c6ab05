import { type ChainPolicy, keepsResidue } from './chain-policy.ts';
import { type ChainState, type ChainStep, least, list, listIfParentMissing, post } from './chain-state.ts';
import type { ClearingTerms, HoldTerms } from './transaction-record.ts';

/** An approval holds, also on a chain that was closed (money.md *chains are folds*); amount 0 holds nothing (*zero*). */
export function foldHold(state: ChainState, step: ChainStep): void {
  state.isOpened = true;
  if (step.amountMinor === 0n) return;
  state.heldMinor += step.amountMinor;
  state.closedBy = undefined;
  state.isCounted = true;
}

/** money.md *nothing is posted on our own word*: held at once, posted by the completion. */
export function foldSingle(state: ChainState, step: ChainStep, isCompleted: boolean): void {
  if (!isCompleted) {
    foldHold(state, step);
    state.messageClass = 'single';
    return;
  }
  state.isOpened = true;
  if (step.amountMinor === 0n) return;
  post(state, step, -step.amountMinor);
  state.singlePostedMinor += step.amountMinor;
  state.clearedMinor += step.amountMinor;
  state.isCounted = true;
}

/** A debit without a hold; what gives it back names it. */
export function foldDebit(state: ChainState, step: ChainStep): void {
  state.isOpened = true;
  post(state, step, -step.amountMinor);
}

/** Sets the hold to the amount, up or down. */
export function foldAdvice(state: ChainState, step: ChainStep): void {
  if (state.closedBy !== undefined) return list(state, step, 'advice_after_close');
  listIfParentMissing(state, step);
  state.heldMinor = step.amountMinor;
  if (step.amountMinor > 0n) state.isCounted = true;
}

/** A reversal. What it gives back beyond the hold is not explained; a full one gives back all there is. */
export function foldRelease(state: ChainState, step: ChainStep, isFull: boolean): void {
  listIfParentMissing(state, step);
  const released = isFull ? state.heldMinor : least(step.amountMinor, state.heldMinor);
  state.heldMinor -= released;
  const beyond = step.amountMinor - released;
  if (state.isOpened && beyond > 0n) list(state, step, 'released_beyond_hold', beyond);
  if (state.heldMinor === 0n && (isFull || released > 0n)) state.closedBy ??= 'reversal';
}

/** The platform, or the sweeper in its place, closes what is left. */
export function foldExpiry(state: ChainState, step: ChainStep): void {
  listIfParentMissing(state, step);
  state.heldMinor = 0n;
  state.closedBy ??= 'expiry';
}

/** Posts, takes it from the hold, and lets the residue go where *residue* says so. */
export function foldClearing(
  state: ChainState,
  step: ChainStep,
  clearing: { readonly terms: ClearingTerms; readonly hold: HoldTerms | undefined; readonly policy: ChainPolicy },
): void {
  const { amountMinor } = step;
  listIfParentMissing(state, step);
  const taken = least(amountMinor, state.heldMinor);
  if (state.isOpened && amountMinor > taken) {
    if (state.heldMinor === 0n) list(state, step, 'cleared_without_hold');
    else list(state, step, 'cleared_beyond_hold', amountMinor - taken);
  }
  post(state, step, -amountMinor);
  state.clearedMinor += amountMinor;
  if (amountMinor > 0n) state.isCounted = true;
  state.heldMinor -= taken;
  state.heldMinor -= least(residueReleased(state, clearing), state.heldMinor);
  if (state.heldMinor === 0n && state.isOpened) state.closedBy ??= 'clearing';
  if (!state.isOpened && closes(clearing)) state.closedBy ??= 'clearing';
}

type Clearing = Parameters<typeof foldClearing>[2];

/** money.md *residue*, in its order: the final flag, n of m, the category's setting. */
function residueReleased(state: ChainState, { terms, hold, policy }: Clearing): bigint {
  if (terms.isFinal === true) return terms.releaseMinor ?? state.heldMinor;
  if (terms.part !== undefined) return terms.part.number >= terms.part.count ? state.heldMinor : 0n;
  if (terms.isFinal === false) return 0n;
  return keepsResidue(state.terms ?? hold, policy) ? 0n : state.heldMinor;
}

/** A chain whose first transaction has not come can be over all the same. */
function closes({ terms }: Clearing): boolean {
  return terms.isFinal === true || (terms.part !== undefined && terms.part.number >= terms.part.count);
}

/** The machine did not pay out, or paid out less: from the hold where it is not posted yet, else back to the account. */
export function foldSingleReversal(state: ChainState, step: ChainStep): void {
  listIfParentMissing(state, step);
  const released = least(step.amountMinor, state.heldMinor);
  const given = least(step.amountMinor - released, state.singlePostedMinor);
  state.heldMinor -= released;
  state.singlePostedMinor -= given;
  state.clearedMinor -= given;
  post(state, step, given);
  const beyond = step.amountMinor - released - given;
  if (state.isOpened && beyond > 0n) list(state, step, 'reversed_beyond_posted', beyond);
  if (released + given > 0n && state.heldMinor === 0n && state.singlePostedMinor === 0n) state.closedBy = 'reversal';
}
