import { DECLINE_REASONS, type Balances } from '@freeway/core';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeRequest, type Echo } from '../src/decode-request.ts';
import { WIRE_DECLINE_REASONS } from '../src/decline-reasons.ts';
import { encodeResponse, type Answer } from '../src/encode-response.ts';
import { decoded, load, OPTIONS } from './requests.ts';

const OLD = { allow2026Reasons: false };
const BALANCES: Balances = {
  currency: 'EUR',
  postedMinor: 12_055n,
  heldMinor: 2_000n,
  pendingCreditMinor: 5n,
  creditLineMinor: 100n,
};

describe('the answer', () => {
  test('200 approves with the members of the request and our decision id', () => {
    const { echo } = decoded(load({}, { business_token: 'business-1', original_jit_funding_token: 'jit-0' }));
    expect(encodeResponse(echo, { outcome: 'approve', decisionId: '42' }, OLD)).toEqual({
      status: 200,
      body:
        '{"jit_funding":{"token":"jit-1","method":"pgfs.authorization","user_token":"user-1","amount":12.34,' +
        '"business_token":"business-1","acting_user_token":"user-1","original_jit_funding_token":"jit-0","tags":"42"}}',
    });
  });

  test('402 denies, with a reason', () => {
    const { echo } = decoded(load({}, { acting_user_token: undefined }));
    expect(encodeResponse(echo, { outcome: 'decline', reason: 'insufficient_funds' }, OLD)).toEqual({
      status: 402,
      body:
        '{"jit_funding":{"token":"jit-1","method":"pgfs.authorization","user_token":"user-1","amount":12.34,' +
        '"decline_reason":"INSUFFICIENT_FUNDS"}}',
    });
  });

  test('the reasons of 2026 only when allowed, and never none', () => {
    const { echo } = decoded(load());
    const reasonOf = (answer: Answer, allow2026Reasons: boolean): unknown =>
      JSON.parse(encodeResponse(echo, answer, { allow2026Reasons }).body).jit_funding.decline_reason;
    expect(reasonOf({ outcome: 'decline', reason: 'card_blocked' }, false)).toBe('CARD_NOT_ACTIVE');
    expect(reasonOf({ outcome: 'decline', reason: 'card_blocked' }, true)).toBe('BLOCKED_BY_ISSUER');
    expect(reasonOf({ outcome: 'decline' }, true)).toBe('TRANSACTION_NOT_PERMITTED');
  });

  test.each(['50.0', '1E+2', '10.500', '-5', '12345678901234567890', '0.10000000000000000000000001'])(
    'the amount %s goes back digit by digit',
    (text) => {
      const body = JSON.stringify(load({}, { amount: '@' })).replace('"@"', text);
      const result = decodeRequest(body, OPTIONS);
      if (!result.ok) throw new Error(result.fault.code);
      expect(encodeResponse(result.echo, { outcome: 'approve' }, OLD).body).toContain(`,"amount":${text},`);
    },
  );

  test('tags and memo keep to the wire’s lengths', () => {
    const { echo } = decoded(load());
    const answer: Answer = { outcome: 'approve', decisionId: 'd'.repeat(300) };
    const { body } = encodeResponse(echo, answer, { ...OLD, memo: 'm'.repeat(100) });
    expect(JSON.parse(body).jit_funding).toMatchObject({ tags: 'd'.repeat(255), memo: 'm'.repeat(99) });
  });

  test('nothing of the request comes along (money.md closed response)', () => {
    const jit = {
      address_verification: { gateway: { response: { code: '0000' } } },
      decline_reason: 'X',
      tags: 'theirs',
    };
    const { echo } = decoded(load({ network_metadata: {}, flex: {} }, jit));
    const answer = JSON.parse(encodeResponse(echo, { outcome: 'approve' }, OLD).body);
    expect(Object.keys(answer)).toEqual(['jit_funding']);
    expect(Object.keys(answer.jit_funding)).toEqual(['token', 'method', 'user_token', 'amount', 'acting_user_token']);
  });
});

describe('balance inquiry', () => {
  const inquiry = decoded(load({}, { method: 'pgfs.balanceinquiry', amount: 0 })).echo;

  test('is answered with balances, exactly', () => {
    const { body } = encodeResponse(inquiry, { outcome: 'approve', balances: BALANCES }, OLD);
    expect(body).toContain(
      '"balances":{"EUR":{"currency_code":"EUR","ledger_balance":120.55,"available_balance":101.55,' +
        '"credit_balance":0.00,"pending_credits":0.05}}',
    );
  });

  test('an overdrawn account and a currency without decimals', () => {
    const balances = { ...BALANCES, currency: 'JPY', postedMinor: -500n, heldMinor: 0n, creditLineMinor: 0n };
    const { body } = encodeResponse(inquiry, { outcome: 'approve', balances }, OLD);
    expect(JSON.parse(body).jit_funding.balances.JPY).toEqual({
      currency_code: 'JPY',
      ledger_balance: -500,
      available_balance: -500,
      credit_balance: 0,
      pending_credits: 5,
    });
  });

  test('nobody else is told, nor is a declined one', () => {
    const { echo } = decoded(load());
    expect(encodeResponse(echo, { outcome: 'approve', balances: BALANCES }, OLD).body).not.toContain('balance');
    const declined = encodeResponse(inquiry, { outcome: 'decline', reason: 'owner_closed', balances: BALANCES }, OLD);
    expect(JSON.parse(declined.body).jit_funding.balances).toBeUndefined();
  });
});

test('whatever is echoed, the body is JSON, closed, and says what was echoed', () => {
  const text = fc.string({ unit: 'binary' });
  const optional = fc.option(text, { nil: undefined });
  const echo: fc.Arbitrary<Echo> = fc.record({
    token: text,
    method: text,
    userToken: text,
    amount: fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => JSON.stringify(number)),
    businessToken: optional,
    actingUserToken: optional,
    originalToken: optional,
    isBalanceInquiry: fc.boolean(),
  });
  const answer: fc.Arbitrary<Answer> = fc.record(
    {
      outcome: fc.constantFrom('approve' as const, 'decline' as const),
      reason: fc.constantFrom(...DECLINE_REASONS),
      decisionId: text,
      balances: fc.constant(BALANCES),
    },
    { requiredKeys: ['outcome'] },
  );
  const allowed = new Set(
    'token method user_token amount business_token acting_user_token original_jit_funding_token tags memo balances decline_reason'.split(
      ' ',
    ),
  );
  fc.assert(
    fc.property(echo, answer, optional, (given, what, memo) => {
      const { status, body } = encodeResponse(given, what, memo === undefined ? OLD : { ...OLD, memo });
      const { jit_funding: funding, ...rest } = JSON.parse(body);
      expect(rest).toEqual({});
      for (const member of Object.keys(funding)) expect(allowed).toContain(member);
      expect(funding).toMatchObject({ token: given.token, method: given.method, user_token: given.userToken });
      expect(body).toContain(`"amount":${given.amount},`.slice(0, -1));
      expect(status).toBe(what.outcome === 'approve' ? 200 : 402);
      if (status === 402) expect(WIRE_DECLINE_REASONS).toContain(funding.decline_reason);
      else expect(funding.decline_reason).toBeUndefined();
    }),
    { numRuns: 1000 },
  );
});
