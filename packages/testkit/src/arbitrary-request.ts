import type { AuthorizationRequest, RequestKind } from '@freeway/core';
import * as fc from 'fast-check';
import { buildRequest } from './build-request.ts';
import { NOON_MS } from './fixed-clock.ts';

const DAY_MS = 86_400_000;

const KINDS: readonly RequestKind[] = [
  'authorization',
  'increment',
  'single_message',
  'refund_authorization',
  'original_credit',
  'credit',
  'verification',
  'balance_inquiry',
  'notice',
  'refused_method',
];

/** Instants around the edge of a month, so that days and months change between requests. */
export function arbitraryInstantMs(): fc.Arbitrary<number> {
  const midnightMs = Date.UTC(2026, 3, 1);
  return fc.oneof(
    fc.constantFrom(NOON_MS, midnightMs - 1, midnightMs),
    fc.integer({ min: midnightMs - 2 * DAY_MS, max: midnightMs + 2 * DAY_MS }),
  );
}

/** Well-formed requests of every kind, over few owners, cards and tokens, so that any two may collide. */
export function arbitraryRequest(): fc.Arbitrary<AuthorizationRequest> {
  return fc
    .record({
      kind: fc.constantFrom(...KINDS),
      amountMinor: fc.oneof(fc.constantFrom(0n, 1n), fc.bigInt(1n, 20_000n)),
      currency: fc.constantFrom('EUR', 'USD', 'JPY'),
      owner: fc.constantFrom(
        { kind: 'user', token: 'user-1' } as const,
        { kind: 'user', token: 'user-2' } as const,
        { kind: 'business', token: 'business-1' } as const,
        undefined,
      ),
      actingUserToken: fc.constantFrom(undefined, 'user-3'),
      cardToken: fc.constantFrom('card-1', 'card-2', undefined),
      transaction: fc.nat(9),
      message: fc.nat(9),
      occurredAtMs: arbitraryInstantMs(),
    })
    .map(({ transaction, message, ...content }) =>
      buildRequest({
        ...content,
        transactionToken: `transaction-${transaction}`,
        messageToken: `message-${message}`,
      }),
    );
}
