import { describe, expect, it } from 'vitest';
import { checkAnswer } from '../src/check-answer.ts';
import { maskBody } from '../src/mask.ts';
import { MESSAGE_KINDS } from '../src/message.ts';
import { message } from './fixture.ts';
import type { Prediction } from '../src/index.ts';

const sent = message({ amountText: '10.50' });
const approve: Prediction = { status: 200, basis: 'new' };
const decline: Prediction = { status: 402, declineReason: 'INSUFFICIENT_FUNDS', basis: 'new' };
const echo = { token: sent.messageToken, method: 'pgfs.authorization', user_token: 'u', amount: 10.5 };

function faults(prediction: Prediction, status: number, funding: object, beside: object = {}): string[] {
  return checkAnswer(sent, prediction, { status, body: JSON.stringify({ jit_funding: funding, ...beside }) });
}

describe('check of an answer', () => {
  it('passes a right approval and a right decline', () => {
    expect(faults(approve, 200, echo)).toEqual([]);
    expect(faults(approve, 200, { ...echo, acting_user_token: 'u', memo: 'm', tags: 't'.repeat(255) })).toEqual([]);
    expect(faults(decline, 402, { ...echo, decline_reason: 'INSUFFICIENT_FUNDS' })).toEqual([]);
  });

  it.each<[string, Prediction, number, object, object?]>([
    ['status 402, expected 200', approve, 402, { ...echo, decline_reason: 'INSUFFICIENT_FUNDS' }],
    ['status 200, expected 402', decline, 200, echo],
    ["token is not the request's", approve, 200, { ...echo, token: 'x' }],
    ["method is not the request's", approve, 200, { ...echo, method: 'pgfs.pindebit' }],
    ["user_token is not the request's", approve, 200, { ...echo, user_token: undefined }],
    ["acting_user_token is not the request's", approve, 200, { ...echo, acting_user_token: 'x' }],
    ["business_token is not the request's", approve, 200, { ...echo, business_token: 'b' }],
    ["amount is not the request's", approve, 200, { ...echo, amount: 10.51 }],
    ['amount is no number', approve, 200, { ...echo, amount: '10.50' }],
    ['amount is no number', approve, 200, { ...echo, amount: undefined }],
    ['member jit_funding.address_verification is not allowed', approve, 200, { ...echo, address_verification: {} }],
    ['member approved is not allowed', approve, 200, echo, { approved: true }],
    ['memo is no text of 99', approve, 200, { ...echo, memo: 'm'.repeat(100) }],
    ['tags is no text of 255', approve, 200, { ...echo, tags: 7 }],
    ['decline_reason beside an approval', approve, 200, { ...echo, decline_reason: 'INVALID_CARD' }],
    ['decline_reason is missing', decline, 402, echo],
    ['decline_reason NO_MONEY, expected INSUFFICIENT_FUNDS', decline, 402, { ...echo, decline_reason: 'NO_MONEY' }],
    ['balances were not asked for', approve, 200, { ...echo, balances: {} }],
  ])('names: %s', (fault, prediction, status, funding, beside) => {
    expect(faults(prediction, status, funding, beside)).toEqual([fault]);
  });

  it('names a body that is none', () => {
    expect(checkAnswer(sent, approve, { status: 200, body: '<html>' })).toEqual(['body is no JSON object']);
    expect(checkAnswer(sent, approve, { status: 200, body: '[]' })).toEqual(['body is no JSON object']);
    expect(checkAnswer(sent, approve, { status: 200, body: '{}' })).toEqual(['jit_funding is missing']);
  });

  it('compares a repeat byte by byte', () => {
    const body = JSON.stringify({ jit_funding: echo });
    const first = { status: 200, body };
    expect(checkAnswer(sent, approve, first, first)).toEqual([]);
    const changed = { status: 200, body: body.replace('10.5', '10.50') };
    expect(checkAnswer(sent, approve, changed, first)).toEqual(['body differs from the first answer']);
  });

  it('does not round the amount it compares', () => {
    const large = message({ amountText: '12345678901234567890', messageToken: 'm', amountForm: 'as_is' });
    const refused: Prediction = { status: 402, declineReason: 'INVALID_AMOUNT', basis: 'new' };
    const check = (amount: string) =>
      checkAnswer(large, refused, {
        status: 402,
        body: `{"jit_funding":{"token":"m","method":"pgfs.authorization","user_token":"u","amount":${amount},"decline_reason":"INVALID_AMOUNT"}}`,
      });
    expect(check('12345678901234567890')).toEqual([]);
    expect(check('12345678901234567000')).toEqual(["amount is not the request's"]);
  });

  it('checks balances exactly', () => {
    const inquiry = message({ kind: MESSAGE_KINDS.balance_inquiry, amountText: '0', messageToken: 'm' });
    const asked: Prediction = {
      status: 200,
      basis: 'new',
      balances: { postedMinor: 120_55n, availableMinor: -1n, pendingMinor: 7n },
    };
    const usd = {
      currency_code: 'USD',
      ledger_balance: 120.55,
      available_balance: -0.01,
      credit_balance: 0,
      pending_credits: 0.07,
    };
    const check = (balances: unknown) => {
      const funding = { token: 'm', method: 'pgfs.balanceinquiry', user_token: 'u', amount: 0, balances };
      return checkAnswer(inquiry, asked, { status: 200, body: JSON.stringify({ jit_funding: funding }) });
    };
    expect(check({ USD: usd })).toEqual([]);
    expect(check(undefined)).toEqual(['balances are missing']);
    expect(check({})).toEqual(['balances.USD is missing']);
    expect(check({ USD: usd, EUR: usd })).toEqual(['balances.EUR is not allowed']);
    expect(check({ USD: { ...usd, cached_balance: 0 } })).toEqual(['balances.USD.cached_balance is not allowed']);
    expect(check({ USD: { ...usd, currency_code: 'EUR' } })).toEqual(['balances.USD.currency_code is not USD']);
    for (const member of ['ledger_balance', 'available_balance', 'credit_balance', 'pending_credits']) {
      expect(check({ USD: { ...usd, [member]: 1 } })).toEqual([
        expect.stringContaining(`balances.USD.${member} 1, expected`),
      ]);
    }
  });
});

describe('mask', () => {
  it('hides card and personal data and keeps amounts as written', () => {
    const masked = maskBody('{"amount":10.50,"card_token":"c_1","card":{"last_four":"1234","metadata":{"e":"x@y.z"}}}');
    expect(masked).toBe('{"amount":10.50,"card_token":"***","card":{"last_four":"***","metadata":"***"}}');
  });

  it('shows nothing of what is no JSON', () => {
    expect(maskBody('card 4895370000001234')).toBe('(21 characters, not JSON)');
  });
});
