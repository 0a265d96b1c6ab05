import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskMessage } from '../src/mask-message.ts';
import { load, unload } from './requests.ts';

const PAN = '4111111111111111';

test('what identifies the transaction stays, what identifies a person goes', () => {
  const message = load({
    card: { last_four: '1111', metadata: { note: 'vip' }, pan: PAN, cvv_number: '123' },
    user: { metadata: { email: 'ann@example.com' } },
    digital_wallet_token: {
      token: 'wallet-1',
      state: 'ACTIVE',
      device: { name: 'Ann’s phone', ip_address: '192.0.2.7', phone_number: '0470', device_id: 'abc' },
      token_service_provider: { token_pan: '411111______1111', token_requestor_name: 'APPLE_PAY' },
    },
    original_credit: { sender_name: 'Ann Other', transaction_type: 'money_transfer' },
    brand_new_member: 'Ann Other',
  });
  (message['gpa_order'] as { jit_funding: object }).jit_funding = {
    token: 'jit-1',
    amount: 12.34,
    memo: 'for Ann',
    address_verification: { request: { street_address: '1 Elm Street', postal_code: '9000' } },
  };
  expect(maskMessage(message)).toMatchObject({
    token: 'transaction-1',
    card_token: 'card-1',
    amount: 12.34,
    card: '***',
    user: '***',
    brand_new_member: '***',
    original_credit: { sender_name: '***', transaction_type: 'money_transfer' },
    card_acceptor: { mcc: '0763', name: 'GREEN FARM', city: '***' },
    gpa_order: { jit_funding: { token: 'jit-1', amount: 12.34, memo: '***', address_verification: '***' } },
    digital_wallet_token: {
      token: 'wallet-1',
      device: '***',
      token_service_provider: { token_pan: '***', token_requestor_name: 'APPLE_PAY' },
    },
  });
  expect(JSON.stringify(maskMessage(message))).not.toMatch(/Ann|Elm|example\.com|192\.0|1111/);
});

test('records in a batch and answers are masked alike', () => {
  expect(maskMessage({ transactions: [unload({ secret: 'x' })] })).toMatchObject({
    transactions: [{ token: 'transaction-1', secret: '***', gpa_order_unload: { jit_funding: { amount: 12.34 } } }],
  });
  expect(maskMessage({ jit_funding: { token: 't', decline_reason: 'INVALID_CARD', memo: 'x' } })).toEqual({
    jit_funding: { token: 't', decline_reason: 'INVALID_CARD', memo: '***' },
  });
});

test('of a transition stays what happened to whom, not why', () => {
  const transition = {
    token: 'transition-1',
    card_token: 'card-1',
    user_token: 'user-1',
    state: 'SUSPENDED',
    type: 'state.suspended',
    reason_code: '09',
    reason: 'Ann lost it',
    pan: PAN,
    validations: { user: { birth_date: '1990-01-31' } },
  };
  for (const key of ['cards', 'cardtransitions'])
    expect(maskMessage({ [key]: [transition] })).toEqual({
      [key]: [{ ...transition, reason: '***', pan: '***', validations: '***' }],
    });
  for (const key of ['users', 'usertransitions', 'businesses', 'businesstransitions'])
    expect(maskMessage({ [key]: [{ token: 't', status: 'CLOSED', metadata: { email: 'a@b' } }] })).toEqual({
      [key]: [{ token: 't', status: 'CLOSED', metadata: '***' }],
    });
});

describe('card numbers do not survive where other values do', () => {
  test.each([
    [{ token: PAN }, { token: '***' }],
    [{ token: `a${PAN}b` }, { token: 'a***b' }],
    [{ amount: 4111111111111111 }, { amount: '***' }],
    [{ card_acceptor: { name: 'CALL 4111 1111 1111 1111' } }, { card_acceptor: { name: 'CALL ***' } }],
    [{ card_acceptor: { name: '3782-822463-10005' } }, { card_acceptor: { name: '***' } }],
    [{ [`m${PAN}`]: 1 }, { 'm***': '***' }],
    [{ 'Ann Other': 1 }, { '***': '***' }],
    [
      { gpa: { balances: { [`A${PAN}`]: { currency_code: 'EUR' } } } },
      { gpa: { balances: { 'A***': { currency_code: 'EUR' } } } },
    ],
  ])('%j', (message, masked) => {
    expect(maskMessage(message)).toEqual(masked);
  });

  test('tokens that only look alike stay', () => {
    const message = { token: '12345678-0000-4000-8000-123456789012', card_acceptor: { mid: '411111111111112' } };
    expect(maskMessage(message)).toEqual(message);
  });
});

test('a bare value, whatever it is, is masked', () => {
  for (const value of ['text', 1, true, () => 1, Symbol('s'), 1n]) expect(maskMessage(value)).toBe('***');
  expect(maskMessage(null)).toBeNull();
  expect(maskMessage([[{ token: 't' }]])).toEqual(['***']);
});

test('a prototype in the message stays data', () => {
  const masked = maskMessage(
    JSON.parse('{"__proto__":{"token":"t"},"constructor":1,"gpa":{"balances":{"__proto__":{}}}}'),
  );
  expect(masked).toEqual({ '***': '***', constructor: '***', gpa: { balances: { '***': '***' } } });
  expect(Object.getPrototypeOf(masked)).toBe(Object.prototype);
});

test('no digit run of 12 or more that passes Luhn survives, in any place of any message', () => {
  const pan = fc.stringMatching(/^[0-9]{11,18}$/).map((digits) => digits + checkDigit(digits));
  const leaf = fc.oneof(
    pan,
    pan.map(Number),
    fc.tuple(fc.string(), pan, fc.string()).map((parts) => parts.join('')),
    fc.string(),
    fc.double(),
    fc.boolean(),
  );
  const name = fc.oneof(
    fc.constantFrom(
      'token',
      'gpa_order',
      'jit_funding',
      'transactions',
      'card_acceptor',
      'name',
      'gpa',
      'balances',
      'tags',
      'amount',
    ),
    pan,
    fc.string(),
  );
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      leaf,
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(name, tie('value'), { maxKeys: 5 }),
    ),
  }));
  let kept = 0;
  fc.assert(
    fc.property(fc.dictionary(name, value, { minKeys: 1, maxKeys: 6 }), (message) => {
      const text = JSON.stringify(maskMessage(message));
      if (/:(?!"\*\*\*")/.test(text)) kept += 1;
      for (const [run] of text.matchAll(/\d{12,}/g)) expect(checkDigit(run.slice(0, -1))).not.toBe(run.at(-1));
    }),
    { numRuns: 3000 },
  );
  expect(kept).toBeGreaterThan(300);
});

/** Luhn by the table of doubled digits: not the arithmetic under test. */
function checkDigit(digits: string): string {
  const doubled = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];
  let sum = 0;
  [...digits].toReversed().forEach((digit, index) => {
    sum += index % 2 === 0 ? (doubled[Number(digit)] ?? 0) : Number(digit);
  });
  return String((10 - (sum % 10)) % 10);
}
