import { stayCategoryOf, type ChainPolicy, type HoldTerms } from '@freeway/core';
import type { Step } from './chain-steps.ts';
import {
  add,
  endOf,
  except,
  exceptExcess,
  exceptMissingParent,
  isKnown,
  post,
  smaller,
  sumOf,
  type Tale,
} from './tale.ts';

/** An approval holds, and opens again what was over (money.md *chains are folds*); nothing holds nothing (*zero*). */
export function tellHold(tale: Tale, step: Step): void {
  tale.marks.push('known');
  if (step.amountMinor === 0n) return;
  tale.marks.push('approval', 'counted');
  add(tale, 'held', step.amountMinor);
}

/** money.md *nothing is posted on our own word*: pending it holds, completed it posts. */
export function tellSingle(tale: Tale, step: Step): void {
  if (step.record?.isCompleted !== true) {
    tellHold(tale, step);
    tale.marks.push('single');
    return;
  }
  tale.marks.push('known');
  if (step.amountMinor === 0n) return;
  tale.marks.push('counted');
  post(tale, step, -step.amountMinor);
  add(tale, 'single', step.amountMinor);
  add(tale, 'cleared', step.amountMinor);
}

export function tellAdvice(tale: Tale, step: Step): void {
  if (endOf(tale) !== undefined) return except(tale, step, 'advice_after_close');
  exceptMissingParent(tale, step);
  add(tale, 'held', step.amountMinor - sumOf(tale, 'held'));
  if (step.amountMinor > 0n) tale.marks.push('counted');
}

export function tellRelease(tale: Tale, step: Step): void {
  exceptMissingParent(tale, step);
  const isFull = step.record?.isFullReversal === true;
  const held = sumOf(tale, 'held');
  const released = isFull ? held : smaller(step.amountMinor, held);
  add(tale, 'held', -released);
  exceptExcess(tale, step, 'released_beyond_hold', step.amountMinor - released);
  if (isFull || (released > 0n && released === held)) tale.marks.push('ended by reversal');
}

export function tellExpiry(tale: Tale, step: Step): void {
  exceptMissingParent(tale, step);
  add(tale, 'held', -sumOf(tale, 'held'));
  tale.marks.push('ended by expiry');
}

/** Posts all of it, takes it from the hold, and then lets the rest go where *residue* says so. `terms`: the chain's merchant. */
export function tellClearing(tale: Tale, step: Step, terms: HoldTerms | undefined, policy: ChainPolicy): void {
  exceptMissingParent(tale, step);
  const { amountMinor } = step;
  const held = sumOf(tale, 'held');
  if (held === 0n) exceptExcess(tale, step, 'cleared_without_hold', amountMinor);
  else exceptExcess(tale, step, 'cleared_beyond_hold', amountMinor - held);
  post(tale, step, -amountMinor);
  add(tale, 'cleared', amountMinor);
  if (amountMinor > 0n) tale.marks.push('counted');
  const left = held - smaller(amountMinor, held);
  const kept = left - smaller(left, releaseOf(step, left, terms, policy));
  add(tale, 'held', kept - held);
  const isOver = isKnown(tale) ? kept === 0n : saysItIsLast(step);
  if (isOver) tale.marks.push('ended by clearing');
}

/** money.md *residue*: (1) the final flag, (2) part n of m, (3) the setting of the category. */
function releaseOf(step: Step, left: bigint, terms: HoldTerms | undefined, policy: ChainPolicy): bigint {
  const { isFinal, releaseMinor, part } = step.record?.clearing ?? {};
  if (isFinal === true) return releaseMinor ?? left;
  if (part !== undefined) return saysItIsLast(step) ? left : 0n;
  if (isFinal === false) return 0n;
  const usage = terms?.isCardPresent === true ? 'card_present' : 'card_not_present';
  return policy.keepResidue.has(stayCategoryOf(terms?.merchantCategory) ?? usage) ? 0n : left;
}

function saysItIsLast({ record }: Step): boolean {
  const { isFinal, part } = record?.clearing ?? {};
  return isFinal === true || (part !== undefined && part.number >= part.count);
}

/** From what is only held, then from what is posted. */
export function tellSingleReversal(tale: Tale, step: Step): void {
  exceptMissingParent(tale, step);
  const released = smaller(step.amountMinor, sumOf(tale, 'held'));
  const given = smaller(step.amountMinor - released, sumOf(tale, 'single'));
  add(tale, 'held', -released);
  add(tale, 'single', -given);
  add(tale, 'cleared', -given);
  post(tale, step, given);
  exceptExcess(tale, step, 'reversed_beyond_posted', step.amountMinor - released - given);
  const isAllBack = sumOf(tale, 'held') === 0n && sumOf(tale, 'single') === 0n;
  if (released + given > 0n && isAllBack) tale.marks.push('taken back');
}
