import {
  type ChainState,
  type ChainStep,
  expectedCredits,
  least,
  list,
  listIfParentMissing,
  post,
} from './chain-state.ts';
import type { DisputeTerms, RecordEffect } from './transaction-record.ts';

/** Promised and never spendable, except that fast funds post at once and the clearing only confirms. */
export function foldExpectedCredit(state: ChainState, step: ChainStep, postsNow: boolean): void {
  state.isOpened = true;
  if (!postsNow) {
    state.expected.set(step.transactionToken, step.amountMinor);
    return;
  }
  post(state, step, step.amountMinor);
  state.creditPostedMinor += step.amountMinor;
  state.fastPostedMinor += step.amountMinor;
}

/** Sets what the chain's first open promise is worth; the others are part of it. What was posted or taken back stays so. */
export function foldExpectedCreditAdvice(state: ChainState, step: ChainStep): void {
  listIfParentMissing(state, step);
  const first = expectedCredits(state)[0]?.transactionToken;
  if (first === undefined) {
    if (state.isOpened) list(state, step, 'advice_after_close');
    return;
  }
  for (const token of state.expected.keys()) state.expected.set(token, 0n);
  state.expected.set(first, step.amountMinor);
}

/** Takes the promise back; what was posted of it already is taken back from the account. */
export function foldExpectedCreditReversal(state: ChainState, step: ChainStep): void {
  listIfParentMissing(state, step);
  const promised = takePromises(state, step.amountMinor);
  takePosted(state, step, step.amountMinor - promised);
}

/** The money has come: nothing of it is expected any more. */
export function foldCredit(state: ChainState, step: ChainStep): void {
  listIfParentMissing(state, step);
  post(state, step, step.amountMinor - state.fastPostedMinor);
  state.creditPostedMinor += step.amountMinor - state.fastPostedMinor;
  state.fastPostedMinor = 0n;
  for (const token of state.expected.keys()) state.expected.set(token, 0n);
  state.isOpened = true;
}

/** A posted credit goes back; one that is only promised is promised no longer. */
export function foldCreditReversal(state: ChainState, step: ChainStep): void {
  listIfParentMissing(state, step);
  const fromPosted = least(step.amountMinor, state.creditPostedMinor);
  const promised = takePromises(state, step.amountMinor - fromPosted);
  takePosted(state, step, step.amountMinor - promised);
}

function takePromises(state: ChainState, amountMinor: bigint): bigint {
  let left = amountMinor;
  for (const [token, promised] of state.expected) {
    const taken = least(left, promised);
    state.expected.set(token, promised - taken);
    left -= taken;
  }
  return amountMinor - left;
}

function takePosted(state: ChainState, step: ChainStep, amountMinor: bigint): void {
  const taken = least(amountMinor, state.creditPostedMinor);
  state.creditPostedMinor -= taken;
  state.fastPostedMinor = least(state.fastPostedMinor, state.creditPostedMinor);
  post(state, step, -taken);
  if (state.isOpened && amountMinor > taken) list(state, step, 'reversed_beyond_posted', amountMinor - taken);
}

/** money.md *disputes*: per case the cardholder is credited at most once, and no more is taken back than is credited. */
export function foldDispute(
  state: ChainState,
  step: ChainStep,
  effect: Extract<RecordEffect, `dispute_${string}`>,
  terms: DisputeTerms,
): void {
  listIfParentMissing(state, step);
  const credited = state.cases.get(terms.caseToken);
  if (effect === 'dispute_take_back') {
    const taken = least(step.amountMinor, credited ?? 0n);
    post(state, step, -taken);
    if (credited !== undefined) state.cases.set(terms.caseToken, credited - taken);
    if (step.amountMinor > taken) list(state, step, 'reversed_beyond_posted', step.amountMinor - taken);
    return;
  }
  if (effect === 'dispute_chargeback' && !terms.creditsCardholder) return;
  if (credited !== undefined) {
    if (effect !== 'dispute_completed') list(state, step, 'disputed_twice');
    return;
  }
  post(state, step, step.amountMinor);
  if (step.amountMinor > 0n) state.cases.set(terms.caseToken, step.amountMinor);
}
