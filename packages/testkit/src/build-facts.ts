import type { AccountFact, CardFact, Facts, Limit, OwnerFact } from '@freeway/core';
import { override } from './overrides.ts';
import type { Overrides } from './overrides.ts';

export function buildAccount(overrides: Overrides<AccountFact> = {}): AccountFact {
  return override<AccountFact>({ accountId: '1', currency: 'EUR', state: 'open' }, overrides);
}

export function buildOwner(overrides: Overrides<OwnerFact> = {}): OwnerFact {
  return override<OwnerFact>(
    {
      kind: 'user',
      token: 'user-1',
      state: 'active',
      blocked: false,
      blockedCategories: [],
      accounts: [buildAccount()],
      limits: [],
      version: 1,
    },
    overrides,
  );
}

export function buildCard(overrides: Overrides<CardFact> = {}): CardFact {
  return override<CardFact>(
    {
      token: 'card-1',
      owner: { kind: 'user', token: 'user-1' },
      state: 'active',
      blockedCategories: [],
      limits: [],
      version: 1,
    },
    overrides,
  );
}

/** 100.00 EUR a day for the card unless told otherwise. */
export function buildLimit(overrides: Overrides<Limit> = {}): Limit {
  return override<Limit>(
    {
      limitId: 1,
      token: 'limit-1',
      subject: { kind: 'card', token: 'card-1' },
      currency: 'EUR',
      window: 'day',
      maxAmountMinor: '10000',
    },
    overrides,
  );
}

/** An active owner with an open account and an active card, no limits: whatever `buildRequest` asks is approved. */
export function buildFacts(overrides: Overrides<Facts> = {}): Facts {
  return override<Facts>({ owner: buildOwner(), card: buildCard(), account: buildAccount(), limits: [] }, overrides);
}
