import type { AuthorizationRequest, CardFact, DecisionPolicy, Facts, Limit, OwnerFact } from '../src/index.ts';

/** All that a decision depends on. */
export interface Situation {
  readonly request: AuthorizationRequest;
  readonly facts: Facts;
  readonly policy: DecisionPolicy;
}

/** 2026-03-15T12:00:00Z. */
export const NOON_MS = Date.UTC(2026, 2, 15, 12);

export const OWNER: OwnerFact = {
  kind: 'user',
  token: 'user-1',
  state: 'active',
  blocked: false,
  blockedCategories: [],
  accounts: [{ accountId: '1', currency: 'EUR', state: 'open' }],
  limits: [],
  version: 1,
};

export const ACTING_USER: OwnerFact = { ...OWNER, token: 'user-2', accounts: [] };

export const CARD: CardFact = {
  token: 'card-1',
  owner: { kind: 'user', token: 'user-1' },
  state: 'active',
  blockedCategories: [],
  limits: [],
  version: 1,
};

export const POLICY: DecisionPolicy = {
  refundAuthorizationEnabled: true,
  originalCreditEnabled: true,
  originalCreditMaxMinor: 100_000n,
  unknownCard: 'decline',
  requireActive: false,
};

/** 10.00 EUR at a grocer's by user-2, with a card on the open account of user-1: approved. */
export function purchase(request: Partial<AuthorizationRequest> = {}): Situation {
  return {
    request: {
      transactionToken: 'transaction-1',
      messageToken: 'message-1',
      method: 'a method',
      kind: 'authorization',
      amountMinor: 1000n,
      currency: 'EUR',
      owner: { kind: 'user', token: 'user-1' },
      actingUserToken: 'user-2',
      cardToken: 'card-1',
      merchant: { category: '5411' },
      occurredAtMs: NOON_MS,
      createdAtMs: NOON_MS,
      isPreauthorization: false,
      fastFunds: false,
      fingerprint: '0'.repeat(32),
      ...request,
    },
    facts: {
      owner: OWNER,
      actingUser: ACTING_USER,
      card: CARD,
      account: { accountId: '1', currency: 'EUR', state: 'open' },
      limits: [],
    },
    policy: POLICY,
  };
}

/** 100.00 EUR a day for the card unless told otherwise. */
export function limit(overrides: Partial<Limit> = {}): Limit {
  return {
    limitId: 1,
    token: 'limit-1',
    subject: { kind: 'card', token: 'card-1' },
    currency: 'EUR',
    window: 'day',
    ...overrides,
  };
}

export function withRequest(situation: Situation, change: Partial<AuthorizationRequest>): Situation {
  return { ...situation, request: { ...situation.request, ...change } };
}

export function withFacts(situation: Situation, change: Partial<Facts>): Situation {
  return { ...situation, facts: { ...situation.facts, ...change } };
}

export function withPolicy(situation: Situation, change: Partial<DecisionPolicy>): Situation {
  return { ...situation, policy: { ...situation.policy, ...change } };
}

/** Changes one fact if it is there; what is absent stays absent. */
export function changed<Key extends 'owner' | 'actingUser' | 'card' | 'account'>(
  situation: Situation,
  key: Key,
  change: Partial<Facts[Key]>,
): Situation {
  const fact = situation.facts[key];
  return fact === undefined ? situation : withFacts(situation, { [key]: { ...fact, ...change } });
}

export function without(situation: Situation, key: 'owner' | 'actingUser' | 'card' | 'account'): Situation {
  const { [key]: _, ...facts } = situation.facts;
  return { ...situation, facts };
}
