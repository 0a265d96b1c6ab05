import { fromCents } from './currencies.ts';
import type { OwnerRef, Programme, ProgrammeLimit } from './programme.ts';
import type { Random } from './random.ts';

interface Rule {
  readonly window: ProgrammeLimit['window'];
  /** Range of the amount bound in US dollars; absent: no amount bound. */
  readonly dollars?: readonly [min: number, max: number];
  readonly count?: readonly [min: number, max: number];
  /** Share of subjects that have it. */
  readonly share: number;
}

const CARD_RULES: readonly Rule[] = [
  { window: 'transaction', dollars: [200, 3_000], share: 0.5 },
  { window: 'day', dollars: [500, 5_000], count: [20, 60], share: 0.5 },
  { window: 'month', dollars: [3_000, 30_000], share: 0.1 },
  { window: 'day', count: [5, 30], share: 0.05 },
];
const POPULAR_CARD_RULES: readonly Rule[] = [{ window: 'transaction', dollars: [1_000, 3_000], share: 0.5 }];
const CHILD_RULES: readonly Rule[] = [
  { window: 'transaction', dollars: [20, 80], share: 1 },
  { window: 'day', dollars: [50, 200], count: [3, 8], share: 1 },
];
const USER_RULES: readonly Rule[] = [
  { window: 'month', dollars: [5_000, 40_000], count: [100, 600], share: 0.2 },
  { window: 'transaction', dollars: [1_000, 5_000], share: 0.05 },
];
const BUSINESS_RULES: readonly Rule[] = [{ window: 'month', dollars: [200_000, 500_000], share: 1 }];
const ACCOUNT_RULES: readonly Rule[] = [{ window: 'day', dollars: [1_000, 8_000], share: 0.1 }];

/**
 * Limits of the demo programme, on cards, users, businesses and accounts. The most popular cards have none that a
 * long run would fill: a demo that only declines shows nothing.
 */
export function addLimits(
  random: Random,
  seed: number,
  programme: Omit<Programme, 'limits'>,
  popularCards: number,
): ProgrammeLimit[] {
  const limits: ProgrammeLimit[] = [];
  const add = (subject: ProgrammeLimit['subject'], currency: string, rules: readonly Rule[]): void => {
    for (const rule of rules) {
      if (random.chance(rule.share))
        limits.push(limit(random, `l_${seed}_${limits.length + 1}`, subject, currency, rule));
    }
  };
  for (const [rank, card] of programme.cards.entries()) {
    add({ kind: 'card', token: card.token }, card.currency, rank < popularCards ? POPULAR_CARD_RULES : CARD_RULES);
    const isChild = card.payer.kind === 'user' && card.payer.token !== card.userToken;
    if (isChild) add({ kind: 'user', token: card.userToken }, card.currency, CHILD_RULES);
  }
  for (const { owner, currency } of programme.accounts) {
    add({ kind: owner.kind, token: owner.token }, currency, owner.kind === 'user' ? USER_RULES : BUSINESS_RULES);
    if (owner.kind === 'user') add(ofAccount(owner), currency, ACCOUNT_RULES);
  }
  return limits;
}

function ofAccount(owner: OwnerRef): ProgrammeLimit['subject'] {
  return { kind: 'account', owner };
}

function limit(
  random: Random,
  token: string,
  subject: ProgrammeLimit['subject'],
  currency: string,
  rule: Rule,
): ProgrammeLimit {
  return {
    token,
    subject,
    currency,
    window: rule.window,
    ...(rule.dollars ? { maxAmountMinor: fromCents(random.between(...rule.dollars) * 100, currency) } : {}),
    ...(rule.count ? { maxCount: random.between(...rule.count) } : {}),
  };
}
