import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fingerprintOf, type Content } from '../src/fingerprint.ts';
import { decoded, load } from './requests.ts';

function fingerprint(changes = {}, jit = {}, order = {}): string {
  return decoded(load(changes, jit, order)).request.fingerprint;
}

test('money.md two keys: method, amount, currency, card and owner make the content', () => {
  const others = [
    fingerprint({}, { method: 'pgfs.authorization.cashback' }),
    fingerprint({}, { amount: 12.35 }),
    fingerprint({}, {}, { currency_code: 'USD' }),
    fingerprint({ card_token: 'card-2' }),
    fingerprint({ card_token: undefined }),
    fingerprint({}, { user_token: 'user-2' }),
    fingerprint({}, { business_token: 'user-1' }),
    fingerprint({}, { amount: -12.34 }),
    fingerprint({}, { amount: '1234x' }),
  ];
  expect(new Set([fingerprint(), ...others]).size).toBe(others.length + 1);
});

test('a repeat may differ in everything else', () => {
  const same = [
    fingerprint({ token: 'transaction-2' }, { token: 'jit-2' }),
    fingerprint({}, { amount: '12.340' }),
    fingerprint({ card_token: 'card-1  ' }),
    fingerprint({ card_acceptor: {}, created_time: '2027-01-01T00:00:00Z', network: 'PULSE' }),
  ];
  for (const each of same) expect(each).toBe(fingerprint());
});

test('different contents never run together', () => {
  const text = fc.string({ maxLength: 4, unit: fc.constantFrom('1', ':', '-', 'a', ' ') });
  const content: fc.Arbitrary<Content> = fc.record({
    method: text,
    amountMinor: fc.bigInt({ min: 0n, max: 20n }),
    amountFault: fc.constantFrom(undefined, 'malformed' as const),
    amountText: text,
    currency: text,
    cardToken: fc.option(text, { nil: undefined }),
    owner: fc.option(fc.record({ kind: fc.constantFrom('user' as const, 'business' as const), token: text }), {
      nil: undefined,
    }),
  });
  fc.assert(
    fc.property(content, content, (a, b) => {
      expect(fingerprintOf(a) === fingerprintOf(b)).toBe(identity(a) === identity(b));
    }),
    { numRuns: 2000 },
  );
});

function identity({ method, amountMinor, amountFault, amountText, currency, cardToken, owner }: Content): string {
  const amount = amountFault === undefined ? String(amountMinor) : [amountText];
  return JSON.stringify([method, amount, currency, cardToken, owner]);
}
