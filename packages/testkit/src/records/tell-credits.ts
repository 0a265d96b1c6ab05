import type { Step } from './chain-steps.ts';
import {
  add,
  except,
  exceptExcess,
  exceptMissingParent,
  isKnown,
  namesOf,
  post,
  smaller,
  sumOf,
  type Tale,
} from './tale.ts';

/** A promise is never spendable (money.md *nothing is posted on our own word*), but fast funds post with the record. */
export function tellExpectedCredit(tale: Tale, step: Step): void {
  tale.marks.push('known');
  if (step.record?.fastFunds !== true) return add(tale, 'expected', step.amountMinor, step.transactionToken);
  post(tale, step, step.amountMinor);
  add(tale, 'credited', step.amountMinor);
  add(tale, 'fast', step.amountMinor);
}

/** What the chain has promised is now this, under the name of the first promise that is open. */
export function tellExpectedCreditAdvice(tale: Tale, step: Step): void {
  exceptMissingParent(tale, step);
  const [first, ...others] = openPromises(tale);
  if (first === undefined) {
    if (isKnown(tale)) except(tale, step, 'advice_after_close');
    return;
  }
  for (const other of others) add(tale, 'expected', -sumOf(tale, 'expected', other), other);
  add(tale, 'expected', step.amountMinor - sumOf(tale, 'expected', first), first);
}

/** From what is promised, then from what is posted. */
export function tellExpectedCreditReversal(tale: Tale, step: Step): void {
  exceptMissingParent(tale, step);
  const beyondPromised = takePromised(tale, step.amountMinor);
  const unexplained = takeCredited(tale, step, beyondPromised);
  exceptExcess(tale, step, 'reversed_beyond_posted', unexplained);
}

/** The money has come: what fast funds have posted of it is not posted again, and nothing is promised any more. */
export function tellCredit(tale: Tale, step: Step): void {
  exceptMissingParent(tale, step);
  tale.marks.push('known');
  const fast = sumOf(tale, 'fast');
  post(tale, step, step.amountMinor - fast);
  add(tale, 'credited', step.amountMinor - fast);
  add(tale, 'fast', -fast);
  for (const promise of openPromises(tale)) add(tale, 'expected', -sumOf(tale, 'expected', promise), promise);
}

/** From what is posted, then from what is promised. */
export function tellCreditReversal(tale: Tale, step: Step): void {
  exceptMissingParent(tale, step);
  const beyondPosted = takeCredited(tale, step, step.amountMinor);
  const unexplained = takePromised(tale, beyondPosted);
  exceptExcess(tale, step, 'reversed_beyond_posted', unexplained);
}

function openPromises(tale: Tale): string[] {
  return namesOf(tale, 'expected').filter((name) => sumOf(tale, 'expected', name) > 0n);
}

/** What is left of the amount after the promises, oldest first. */
function takePromised(tale: Tale, amountMinor: bigint): bigint {
  let left = amountMinor;
  for (const promise of openPromises(tale)) {
    const taken = smaller(left, sumOf(tale, 'expected', promise));
    add(tale, 'expected', -taken, promise);
    left -= taken;
  }
  return left;
}

/** What is left of the amount after the posted credits. */
function takeCredited(tale: Tale, step: Step, amountMinor: bigint): bigint {
  const taken = smaller(amountMinor, sumOf(tale, 'credited'));
  post(tale, step, -taken);
  add(tale, 'credited', -taken);
  // No more can wait for its clearing than is there.
  const beyond = sumOf(tale, 'fast') - sumOf(tale, 'credited');
  if (beyond > 0n) add(tale, 'fast', -beyond);
  return amountMinor - taken;
}

/** money.md *disputes*: a case credits at most once, and takes back no more than it has credited. */
export function tellDispute(tale: Tale, step: Step): void {
  exceptMissingParent(tale, step);
  const caseToken = step.record?.dispute?.caseToken ?? '';
  if (step.effect === 'dispute_take_back') {
    const taken = smaller(step.amountMinor, sumOf(tale, 'case', caseToken));
    post(tale, step, -taken);
    if (taken > 0n) add(tale, 'case', -taken, caseToken);
    if (step.amountMinor > taken) except(tale, step, 'reversed_beyond_posted', step.amountMinor - taken);
    return;
  }
  if (step.effect === 'dispute_chargeback' && step.record?.dispute?.creditsCardholder !== true) return;
  if (namesOf(tale, 'case').includes(caseToken)) {
    if (step.effect !== 'dispute_completed') except(tale, step, 'disputed_twice');
    return;
  }
  post(tale, step, step.amountMinor);
  if (step.amountMinor > 0n) add(tale, 'case', step.amountMinor, caseToken);
}
