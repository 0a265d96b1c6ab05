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
  const text = fc.string({ minLength: 2, maxLength: 6, unit: fc.constantFrom('1', ':', '-', 'a') });
  const plain: Content = {
    method: 'm',
    amountMinor: 1n,
    amountFault: undefined,
    amountText: '',
    currency: '',
    cardToken: '',
    owner: undefined,
  };
  fc.assert(
    fc.property(text, fc.nat(6), fc.nat(6), (whole, i, j) => {
      fc.pre(whole.slice(0, i) !== whole.slice(0, j));
      // The same characters in the same order, with another border between two neighbours.
      const [a, b] = [i, j].map((at) =>
        fingerprintOf({ ...plain, currency: whole.slice(0, at), cardToken: whole.slice(at) }),
      );
      expect(a).not.toBe(b);
    }),
    { numRuns: 2000 },
  );
  expect(fingerprintOf({ ...plain, cardToken: '-' })).not.toBe(fingerprintOf({ ...plain, cardToken: undefined }));
  // Minor units and a text that was no amount are two kinds of content.
  const faulty: Content = { ...plain, amountFault: 'malformed', amountText: '1' };
  expect(fingerprintOf(faulty)).not.toBe(fingerprintOf(plain));
});
