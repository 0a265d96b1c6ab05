import {
  stayCategoryOf,
  type ChainDecision,
  type ChainHome,
  type ChainOutcome,
  type ChainPolicy,
  type HoldTerms,
  type TransactionRecord,
} from '@freeway/core';
import { chainSteps, opensChain, type Step } from './chain-steps.ts';
import { endOf, except, namesOf, newTale, post, sumOf, type Tale } from './tale.ts';
import {
  tellCredit,
  tellCreditReversal,
  tellDispute,
  tellExpectedCredit,
  tellExpectedCreditAdvice,
  tellExpectedCreditReversal,
} from './tell-credits.ts';
import {
  tellAdvice,
  tellClearing,
  tellExpiry,
  tellHold,
  tellRelease,
  tellSingle,
  tellSingleReversal,
} from './tell-debits.ts';

/**
 * What a chain comes to, told from its beginning: the specification of core's fold and of what PostgreSQL books. It shares
 * nothing with that code but types and the merchants' categories (money.md *proof is not circular*).
 */
export function modelChain(
  decisions: readonly ChainDecision[],
  records: readonly TransactionRecord[],
  limitIds: readonly number[],
  policy: ChainPolicy,
): ChainOutcome {
  const { chainToken, steps } = chainSteps(decisions, records);
  const tale = newTale();
  for (const [index, step] of steps.entries()) tell(tale, step, steps.slice(0, index), policy);
  const heldMinor = sumOf(tale, 'held');
  const isSingle = tale.marks.includes('single');
  const expected = namesOf(tale, 'expected').map((name) => ({
    transactionToken: name,
    amountMinor: sumOf(tale, 'expected', name),
  }));
  const expectedCredits = expected.filter(({ amountMinor }) => amountMinor > 0n);
  const countedMinor = heldMinor + sumOf(tale, 'cleared');
  // money.md *back in full*: the count comes back where nothing is left and a reversal was the end.
  const isBackInFull = countedMinor === 0n && endOf(tale) === 'ended by reversal';
  return {
    chainToken,
    home: homeOf(steps, decisions),
    hold: {
      amountMinor: heldMinor,
      messageClass: isSingle ? 'single' : 'dual',
      expiresAtMs: isSingle ? undefined : expiryOf(steps, policy),
    },
    countedAtMs: decisionOf(steps[0], decisions)?.countedAtMs ?? steps[0]?.record?.countedAtMs ?? 0,
    expectedCredits,
    postings: netPostings(tale),
    counts: {
      limitIds: steps.map((step) => decisionOf(step, decisions)?.limitIds).find((it) => it !== undefined) ?? limitIds,
      amountMinor: countedMinor,
      count: tale.marks.includes('counted') && !isBackInFull ? 1 : 0,
    },
    exceptions: tale.exceptions,
    // The platform is heard last, and so stands over what we found out ourselves.
    decided: new Map([...steps.filter(isOurEvidence), ...steps.filter((step) => !isOurEvidence(step))].flatMap(wordOf)),
    isClosed: heldMinor === 0n && expectedCredits.length === 0,
  };
}

function isOurEvidence({ record }: Step): boolean {
  return record?.source === 'sweeper';
}

function wordOf({ record, said, transactionToken }: Step): [string, 'approved' | 'refused'][] {
  return record === undefined || said === 'unclear' ? [] : [[transactionToken, said]];
}

/** One step (money.md *outcome*): what is refused, contradicts itself or is not explained moves nothing. */
function tell(tale: Tale, step: Step, before: readonly Step[], policy: ChainPolicy): void {
  if (step.said !== 'approved') {
    if (opensChain(step)) tale.marks.push('known');
    if (step.said === 'unclear') exceptUnclear(tale, step);
    return;
  }
  if (step.record?.isRounded === true) except(tale, step, 'amount_rounded');
  switch (step.effect) {
    case 'hold':
    case 'increment':
      return tellHold(tale, step);
    case 'single':
      return tellSingle(tale, step);
    case 'advice':
      return tellAdvice(tale, step);
    case 'release':
      return tellRelease(tale, step);
    case 'expiry':
      return tellExpiry(tale, step);
    case 'clearing':
      return tellClearing(tale, step, termsOf(before) ?? step.record?.hold, policy);
    case 'single_reversal':
      return tellSingleReversal(tale, step);
    case 'debit':
      tale.marks.push('known');
      return post(tale, step, -step.amountMinor);
    case 'expected_credit':
      return tellExpectedCredit(tale, step);
    case 'expected_credit_advice':
      return tellExpectedCreditAdvice(tale, step);
    case 'expected_credit_reversal':
      return tellExpectedCreditReversal(tale, step);
    case 'credit':
      return tellCredit(tale, step);
    case 'credit_reversal':
      return tellCreditReversal(tale, step);
    case 'dispute_chargeback':
    case 'dispute_provisional_credit':
    case 'dispute_completed':
    case 'dispute_take_back':
      return tellDispute(tale, step);
    case 'no_money':
    case 'unexplained':
      throw new Error(`${step.effect} is no step of a chain`);
  }
}

function exceptUnclear(tale: Tale, step: Step): void {
  const { record } = step;
  if (record?.outcome === 'contradictory') except(tale, step, 'contradictory_outcome');
  if (record?.outcome !== 'approved') return;
  if (record.effect === 'unexplained') except(tale, step, 'unknown_type');
  else if (record.amountFault === 'unknown_currency') except(tale, step, 'unknown_currency');
  else except(tale, step, 'invalid_amount');
}

/** Approvals by the platform's word that say how long the hold lives and what merchant it is. */
function termedSteps(
  steps: readonly Step[],
): { readonly terms: HoldTerms | undefined; readonly createdAtMs: number }[] {
  return steps.flatMap(({ record, said, effect, createdAtMs }) =>
    record !== undefined && said === 'approved' && ['hold', 'increment', 'advice'].includes(effect)
      ? [{ terms: record.hold, createdAtMs }]
      : [],
  );
}

function termsOf(steps: readonly Step[]): HoldTerms | undefined {
  return termedSteps(steps).find(({ terms }) => terms !== undefined)?.terms;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** money.md *expiry*: the newest date wins. */
function expiryOf(steps: readonly Step[], policy: ChainPolicy): number | undefined {
  const told = steps.flatMap(({ decision }) => decision?.expiresAtMs ?? []);
  const known = termedSteps(steps).map(({ terms, createdAtMs }) => {
    const category = stayCategoryOf(terms?.merchantCategory);
    const setting = category === undefined ? undefined : policy.holdDays[category];
    const isLong = terms?.isPreauthorization === true || ['lodging', 'rental', 'cruise'].includes(category ?? '');
    const days = terms?.lifeCycleDays ?? setting ?? (isLong ? 30 : 7);
    return terms?.expiresAtMs ?? createdAtMs + days * DAY_MS;
  });
  const dates = [...told, ...known];
  return dates.length === 0 ? undefined : Math.max(...dates);
}

function decisionOf(step: Step | undefined, decisions: readonly ChainDecision[]): ChainDecision | undefined {
  return decisions.find((decision) => decision.transactionToken === step?.transactionToken);
}

/** money.md *chain home*: of the first step that says anything about it; the account that we chose beats the owner named. */
function homeOf(steps: readonly Step[], decisions: readonly ChainDecision[]): ChainHome {
  for (const step of steps) {
    const { transactionToken, record } = step;
    const accountId = decisionOf(step, decisions)?.accountId;
    if (accountId !== undefined) return { transactionToken, accountId };
    if (record?.owner !== undefined) return { transactionToken, owner: record.owner };
  }
  return { transactionToken: steps[0]?.transactionToken ?? '' };
}

/** One for each transaction and counterpart, zero left out. */
function netPostings({ postings }: Tale): ChainOutcome['postings'] {
  const groups = Map.groupBy(postings, ({ step, counterpart }) => JSON.stringify([step.transactionToken, counterpart]));
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const amountMinor = others.reduce((sum, other) => sum + other.amountMinor, first.amountMinor);
    const { step, counterpart } = first;
    return amountMinor === 0n ? [] : [{ transactionToken: step.transactionToken, counterpart, amountMinor }];
  });
}
