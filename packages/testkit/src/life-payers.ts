import type { Payer } from './plan-proposals.ts';

export interface LifePayer extends Payer {
  readonly isClosed?: boolean;
}

/** Who pays in lives: two currencies, a business, a closed account, an owner without one, and nobody. */
export const LIFE_PAYERS: readonly LifePayer[] = [
  { accountId: '1', owner: { kind: 'user', token: 'user-1' }, currency: 'EUR' },
  { accountId: '2', owner: { kind: 'user', token: 'user-1' }, currency: 'USD' },
  { accountId: '3', owner: { kind: 'business', token: 'business-1' }, currency: 'EUR' },
  { accountId: '4', owner: { kind: 'user', token: 'user-4' }, currency: 'EUR', isClosed: true },
  { accountId: undefined, owner: { kind: 'user', token: 'user-7' }, currency: 'EUR' },
  { accountId: undefined, owner: undefined, currency: 'EUR' },
];
