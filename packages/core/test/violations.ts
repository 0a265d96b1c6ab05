import type { DeclineReason } from '../src/index.ts';
import { changed, limit, NOON_MS, purchase, withFacts, without, withPolicy, withRequest } from './situation.ts';
import type { Situation } from './situation.ts';

/** One rule broken: the reason it gives on its own, and how a situation is made to break it. */
export interface Violation {
  readonly reason: DeclineReason;
  /** Violations of one slot exclude each other: they are values of the same field. */
  readonly slot: string;
  readonly breaks: (situation: Situation) => Situation;
}

/** The message itself, who and what it is about: asked of loads and unloads alike. */
const COMMON: readonly Violation[] = [
  {
    reason: 'invalid_amount',
    slot: 'amount',
    breaks: (s) => withRequest(s, { amountFault: 'malformed', amountMinor: 0n }),
  },
  {
    reason: 'unknown_currency',
    slot: 'amount',
    breaks: (s) => withRequest(s, { amountFault: 'unknown_currency', amountMinor: 0n }),
  },
  { reason: 'account_closed', slot: 'account state', breaks: (s) => changed(s, 'account', { state: 'closed' }) },
  { reason: 'owner_closed', slot: 'owner state', breaks: (s) => changed(s, 'owner', { state: 'closed' }) },
  { reason: 'unknown_owner', slot: 'owner', breaks: (s) => without(s, 'owner') },
  { reason: 'no_account', slot: 'account', breaks: (s) => without(s, 'account') },
];

/** What only loads are asked. */
const LOADS_ONLY: readonly Violation[] = [
  { reason: 'account_closing', slot: 'account state', breaks: (s) => changed(s, 'account', { state: 'closing' }) },
  { reason: 'account_frozen', slot: 'account state', breaks: (s) => changed(s, 'account', { state: 'frozen' }) },
  { reason: 'owner_suspended', slot: 'owner state', breaks: (s) => changed(s, 'owner', { state: 'suspended' }) },
  {
    reason: 'owner_not_active',
    slot: 'owner state',
    breaks: (s) => withPolicy(changed(s, 'owner', { state: 'unverified' }), { requireActive: true }),
  },
  { reason: 'owner_blocked', slot: 'owner blocked', breaks: (s) => changed(s, 'owner', { blocked: true }) },
  { reason: 'acting_user_closed', slot: 'acting state', breaks: (s) => changed(s, 'actingUser', { state: 'closed' }) },
  {
    reason: 'acting_user_suspended',
    slot: 'acting state',
    breaks: (s) => changed(s, 'actingUser', { state: 'suspended' }),
  },
  { reason: 'acting_user_blocked', slot: 'acting blocked', breaks: (s) => changed(s, 'actingUser', { blocked: true }) },
  { reason: 'card_terminated', slot: 'card state', breaks: (s) => changed(s, 'card', { state: 'terminated' }) },
  { reason: 'card_suspended', slot: 'card state', breaks: (s) => changed(s, 'card', { state: 'suspended' }) },
  {
    reason: 'card_not_active',
    slot: 'card state',
    breaks: (s) => withPolicy(changed(s, 'card', { state: 'unactivated' }), { requireActive: true }),
  },
  { reason: 'card_stolen', slot: 'card block', breaks: (s) => changed(s, 'card', { block: 'stolen' }) },
  { reason: 'card_lost', slot: 'card block', breaks: (s) => changed(s, 'card', { block: 'lost' }) },
  { reason: 'card_blocked', slot: 'card block', breaks: (s) => changed(s, 'card', { block: 'blocked_by_issuer' }) },
  {
    reason: 'card_blocked_by_cardholder',
    slot: 'card block',
    breaks: (s) => changed(s, 'card', { block: 'blocked_by_cardholder' }),
  },
  { reason: 'card_expired', slot: 'card expiry', breaks: (s) => changed(s, 'card', { expiresAtMs: NOON_MS }) },
  {
    reason: 'merchant_category_blocked',
    slot: 'category',
    breaks: (s) => changed(s, 'actingUser', { blockedCategories: ['7995', '5411'] }),
  },
  {
    reason: 'transaction_amount_limit',
    slot: 'limit',
    breaks: (s) => withFacts(s, { limits: [limit({ window: 'transaction', maxAmountMinor: '999' })] }),
  },
  { reason: 'unknown_card', slot: 'card', breaks: (s) => without(s, 'card') },
];

/** A kind of request that is approved, what it is refused for, and what it must not be refused for. */
export interface Baseline {
  readonly name: string;
  readonly situation: Situation;
  readonly violations: readonly Violation[];
  readonly harmless: readonly Violation[];
}

export const BASELINES: readonly Baseline[] = [
  {
    name: 'a purchase',
    situation: purchase(),
    violations: [
      { reason: 'method_not_permitted', slot: 'kind', breaks: (s) => withRequest(s, { kind: 'refused_method' }) },
      ...LOADS_ONLY,
      ...COMMON,
    ],
    harmless: [],
  },
  {
    name: 'a refund authorization',
    situation: purchase({ kind: 'refund_authorization' }),
    violations: [
      {
        reason: 'refund_authorization_disabled',
        slot: 'setting',
        breaks: (s) => withPolicy(s, { refundAuthorizationEnabled: false }),
      },
      ...COMMON,
    ],
    harmless: LOADS_ONLY,
  },
  {
    name: 'an original credit',
    situation: purchase({ kind: 'original_credit' }),
    violations: [
      {
        reason: 'original_credit_disabled',
        slot: 'setting',
        breaks: (s) => withPolicy(s, { originalCreditEnabled: false }),
      },
      { reason: 'credit_too_large', slot: 'maximum', breaks: (s) => withPolicy(s, { originalCreditMaxMinor: 999n }) },
      ...COMMON,
    ],
    harmless: LOADS_ONLY,
  },
  {
    name: 'a single-message credit',
    situation: purchase({ kind: 'credit' }),
    violations: COMMON,
    harmless: LOADS_ONLY,
  },
];
