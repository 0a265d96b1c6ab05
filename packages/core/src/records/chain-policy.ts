import { stayCategoryOf, type StayCategory } from './merchant-category.ts';
import type { HoldTerms } from './transaction-record.ts';

/** What a residue without a flag is kept or released by: the merchant's kind, else how the card was used. */
export const RESIDUE_CATEGORIES = [
  'lodging',
  'rental',
  'cruise',
  'airline',
  'fuel',
  'restaurant',
  'transit',
  'card_present',
  'card_not_present',
] as const;
export type ResidueCategory = (typeof RESIDUE_CATEGORIES)[number];

/** The operator's choices that a chain depends on. */
export interface ChainPolicy {
  /** Where what an unflagged clearing leaves of a hold stays held (money.md *residue*). */
  readonly keepResidue: ReadonlySet<ResidueCategory>;
  /** Days that a hold lives where the platform does not say (money.md *expiry*); the rest has defaults. */
  readonly holdDays: Readonly<Partial<Record<StayCategory, number>>>;
}

export const DEFAULT_CHAIN_POLICY: ChainPolicy = {
  keepResidue: new Set(['lodging', 'rental', 'cruise', 'airline', 'card_not_present']),
  holdDays: {},
};

const DAY_MS = 86_400_000;
const LONG_DAYS = 30;
const USUAL_DAYS = 7;
const LONG_STAYS: ReadonlySet<StayCategory> = new Set(['lodging', 'rental', 'cruise']);

/** money.md *residue* (3): without a flag the category decides. */
export function keepsResidue(terms: HoldTerms | undefined, policy: ChainPolicy): boolean {
  const category = stayCategoryOf(terms?.merchantCategory);
  return policy.keepResidue.has(category ?? (terms?.isCardPresent === true ? 'card_present' : 'card_not_present'));
}

/** money.md *expiry*: the platform's date, else its life cycle, else the category's setting, else 30 days or 7. */
export function holdExpiresAtMs(terms: HoldTerms | undefined, createdAtMs: number, policy: ChainPolicy): number {
  if (terms?.expiresAtMs !== undefined) return terms.expiresAtMs;
  const category = stayCategoryOf(terms?.merchantCategory);
  const isLong = terms?.isPreauthorization === true || (category !== undefined && LONG_STAYS.has(category));
  const days =
    terms?.lifeCycleDays ??
    (category === undefined ? undefined : policy.holdDays[category]) ??
    (isLong ? LONG_DAYS : USUAL_DAYS);
  return createdAtMs + days * DAY_MS;
}
