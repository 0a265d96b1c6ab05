import { createHash } from 'node:crypto';
import type { AuthorizationRequest } from '@freeway/core';
import { NOON_MS } from './fixed-clock.ts';
import { override } from './overrides.ts';
import type { Overrides } from './overrides.ts';

/**
 * An authorization of 10.00 EUR by card-1 on the account of user-1. The fingerprint follows the content unless it is
 * given, so two requests built alike are repeats of each other. It was created when it occurred, unless told otherwise.
 */
export function buildRequest(overrides: Overrides<AuthorizationRequest> = {}): AuthorizationRequest {
  const request = override<AuthorizationRequest>(
    {
      transactionToken: 'transaction-1',
      messageToken: 'message-1',
      method: overrides.kind ?? 'authorization',
      kind: 'authorization',
      amountMinor: 1000n,
      currency: 'EUR',
      owner: { kind: 'user', token: 'user-1' },
      cardToken: 'card-1',
      merchant: { id: '000000000012345', category: '5411', name: 'Corner Shop', country: 'ESP' },
      occurredAtMs: NOON_MS,
      createdAtMs: overrides.occurredAtMs ?? NOON_MS,
      isPreauthorization: false,
      fastFunds: false,
      fingerprint: '',
    },
    overrides,
  );
  return request.fingerprint === '' ? { ...request, fingerprint: fingerprintOf(request) } : request;
}

/** money.md *two keys*: content means method, amount, currency, card and owner. */
function fingerprintOf({ method, amountMinor, currency, cardToken, owner }: AuthorizationRequest): string {
  const content = [
    method,
    amountMinor.toString(),
    currency,
    cardToken ?? null,
    owner?.kind ?? null,
    owner?.token ?? null,
  ];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 32);
}
