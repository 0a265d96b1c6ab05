import { describe, expect, test } from 'vitest';
import { decoded, loadRecord, unloadRecord } from './records.ts';

const balance = (members: Record<string, unknown>) => decoded(loadRecord({ gpa: members })).agreement;

describe('money.md agreement: balances', () => {
  test('of the record’s own currency, signed', () => {
    const gpa = {
      currency_code: 'USD',
      ledger_balance: 0,
      available_balance: 7,
      impacted_amount: 0,
      balances: {
        USD: { ledger_balance: 1, available_balance: 1, impacted_amount: 1 },
        EUR: { ledger_balance: 40.1, available_balance: -0.05, impacted_amount: '-12.34' },
      },
    };
    expect(balance(gpa)).toEqual({ ledgerBalanceMinor: 4010n, availableBalanceMinor: -5n, impactedMinor: -1234n });
  });

  test('the top-level pair counts where it is in that currency, or names none', () => {
    expect(balance({ currency_code: 'EUR', ledger_balance: 3 })).toEqual({ ledgerBalanceMinor: 300n });
    expect(balance({ ledger_balance: 3 })).toEqual({ ledgerBalanceMinor: 300n });
    expect(balance({ currency_code: 'USD', ledger_balance: 3 })).toEqual({});
    expect(balance({ currency_code: 'EUR', impacted_amount: -2, balances: { EUR: { ledger_balance: 5 } } })).toEqual({
      ledgerBalanceMinor: 500n,
      impactedMinor: -200n,
    });
  });

  test('what cannot be read is not there', () => {
    expect(balance({ ledger_balance: 'x', available_balance: null, impacted_amount: 1e40 })).toEqual({});
    expect(decoded(loadRecord({ gpa: [1] })).agreement).toEqual({});
    expect(
      decoded(loadRecord({ gpa: { balances: 1 }, currency_code: 'x' }, {}, { currency_code: 'x' })).agreement,
    ).toEqual({});
  });
});

const loggedAnswer = (order: Record<string, unknown>) =>
  decoded(loadRecord({ gpa: undefined }, {}, order)).agreement.answer;

describe('money.md agreement: the answer that the platform logged', () => {
  test('decision, status, lateness, duration', () => {
    const log = {
      message: 'Approved or completed successfully',
      duration: 481,
      timed_out: false,
      response: { code: '200', data: [] },
    };
    expect(loggedAnswer({ tags: '451', funding: { gateway_log: log } })).toEqual({
      decisionId: '451',
      status: 200,
      timedOut: false,
      durationMs: 481,
      message: 'Approved or completed successfully',
    });
    expect(loggedAnswer({ funding: { gateway_log: { timed_out: true, duration: 3000 } } })).toEqual({
      timedOut: true,
      durationMs: 3000,
    });
  });

  test('tags that are not ours are no decision', () => {
    expect(loggedAnswer({ tags: 'auth_method=1' })).toBeUndefined();
    expect(loggedAnswer({ tags: '9'.repeat(20) })).toBeUndefined();
    expect(loggedAnswer({ tags: 7 })).toEqual({ decisionId: '7' });
  });

  test('no order, no log: nobody was asked', () => {
    expect(loggedAnswer({})).toBeUndefined();
    expect(loggedAnswer({ funding: { gateway_log: 'x' } })).toBeUndefined();
    expect(decoded(unloadRecord({ gpa: undefined, gpa_order_unload: null })).agreement).toEqual({});
  });

  test('members of another kind are left out', () => {
    const log = { message: 7, duration: '12', timed_out: 'true', response: { code: 'ok' } };
    expect(loggedAnswer({ funding: { gateway_log: log } })).toEqual({});
    expect(loggedAnswer({ funding: { gateway_log: { response: 'x', duration: -1 } } })).toEqual({});
  });
});
