import type { Currency } from './money.ts';

export type OwnerKind = 'user' | 'business';

export interface OwnerRef {
  readonly kind: OwnerKind;
  readonly token: string;
}

/** The platform's state of a user or business (money.md *status*). */
export type OwnerState = 'unverified' | 'limited' | 'active' | 'suspended' | 'closed';

/** The platform's state of a card (money.md *status*). `unactivated` is no reason to decline unless a setting says so. */
export type CardState = 'unactivated' | 'active' | 'suspended' | 'terminated';

/** Our own block of a card; the platform's state is a field of its own and neither lifts the other. */
export type CardBlock = 'blocked_by_issuer' | 'blocked_by_cardholder' | 'lost' | 'stolen';

/** money.md *account states*. */
export type AccountState = 'open' | 'frozen' | 'closing' | 'closed';

/** A user or business with its accounts. `version` rises with every change that could change a decision, of its limits too. */
export interface OwnerFact {
  readonly kind: OwnerKind;
  readonly token: string;
  readonly state: OwnerState;
  readonly blocked: boolean;
  readonly blockedCategories: readonly string[];
  readonly accounts: readonly AccountFact[];
  /** Its own and those of its accounts. */
  readonly limits: readonly Limit[];
  readonly version: number;
}

export interface AccountFact {
  /** A bigint key as text: JSON in caches must not round it. */
  readonly accountId: string;
  readonly currency: Currency;
  readonly state: AccountState;
}

export interface CardFact {
  readonly token: string;
  /** Who owns the card, as far as we know; the platform's word corrects it (money.md *ownership*). */
  readonly owner?: OwnerRef;
  readonly state: CardState;
  readonly block?: CardBlock;
  /** First instant at which the card is no longer valid, ms since the epoch. */
  readonly expiresAtMs?: number;
  readonly blockedCategories: readonly string[];
  readonly limits: readonly Limit[];
  readonly version: number;
}

export type LimitSubjectKind = 'card' | 'user' | 'business' | 'account';

export type LimitWindow = 'transaction' | 'day' | 'month';

/** A limit on amount, on count, or on both, within one window, in one currency. Zero is a limit too. */
export interface Limit {
  /** The ledger's key of the limit; counters refer to it. */
  readonly limitId: number;
  readonly token: string;
  readonly subject: { readonly kind: LimitSubjectKind; readonly token: string };
  readonly currency: Currency;
  readonly window: LimitWindow;
  /** Minor units as text: JSON in caches has no bigint. */
  readonly maxAmountMinor?: string;
  readonly maxCount?: number;
}

/** What a follow-up needs to know of the chain it joins (money.md *chain home*). */
export interface ChainFact {
  /** The transaction token of the chain's first authorization. */
  readonly chainToken: string;
  readonly accountId: string;
  readonly owner: OwnerRef;
  /** When the first authorization counted, ms since the epoch (money.md *window*). */
  readonly countedAtMs: number;
}

/** Everything `decide` may know. What is absent was looked up and not found, or does not apply. */
export interface Facts {
  readonly owner?: OwnerFact;
  /** Only when the acting user is not the owner. */
  readonly actingUser?: OwnerFact;
  readonly card?: CardFact;
  readonly account?: AccountFact;
  /** Limits of card, acting user, owner and account together. */
  readonly limits: readonly Limit[];
  /** Only for follow-ups whose chain is known. */
  readonly chain?: ChainFact;
}
