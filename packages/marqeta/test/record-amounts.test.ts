import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bareRecord, decodedText, loadRecord, recordOf, unloadRecord } from './records.ts';

/** A record without an order whose amount is `text`, digit by digit. */
function amountOf(text: string, currency = 'EUR') {
  const body = JSON.stringify(bareRecord({ amount: '@', currency_code: currency })).replace('"@"', text);
  const { amountMinor, amountFault, isRounded } = decodedText(body).record;
  return { amountMinor, amountFault, isRounded };
}

const amountMinorOf = (jit: unknown, order: unknown, total: unknown) =>
  recordOf(loadRecord({ amount: total }, { amount: jit }, { amount: order })).amountMinor;

describe('money.md type first: whose amount', () => {
  test('the funding’s, else the order’s, else the transaction’s', () => {
    expect(amountMinorOf(1, 2, 3)).toBe(100n);
    expect(amountMinorOf(null, 2, 3)).toBe(200n);
    expect(amountMinorOf(' ', {}, 3)).toBe(300n);
    expect(amountMinorOf('1.5', 2, 3)).toBe(150n);
    expect(amountMinorOf(0, 2, 3)).toBe(0n);
    expect(recordOf(bareRecord({ amount: 3 })).amountMinor).toBe(300n);
  });

  test('one that is there and is none is a fault: it does not give way to another', () => {
    expect(recordOf(loadRecord({ amount: 3 }, { amount: 'x' }, { amount: 2 }))).toMatchObject({
      amountMinor: 0n,
      amountFault: 'malformed',
    });
  });

  test('money that comes is in the unload order, money that leaves in the load', () => {
    const both = { gpa_order: { amount: 1 }, gpa_order_unload: { amount: 2 } };
    expect(recordOf(bareRecord({ type: 'refund', ...both })).amountMinor).toBe(200n);
    expect(recordOf(bareRecord({ type: 'authorization.clearing', ...both })).amountMinor).toBe(100n);
    expect(recordOf(bareRecord({ type: 'refund', gpa_order: { amount: 1 } })).amountMinor).toBe(100n);
    expect(recordOf(bareRecord({ gpa_order_unload: { amount: 2 } })).amountMinor).toBe(200n);
    const funded = { gpa_order: { amount: 1, jit_funding: { amount: 5 } }, gpa_order_unload: { amount: 2 } };
    expect(recordOf(bareRecord({ type: 'refund', ...funded })).amountMinor).toBe(500n);
  });

  test('a message that stands in the order’s funding counts as the order’s', () => {
    const funding = { amount: 9, jit_funding: { token: 'jit-9', amount: 8 } };
    const record = recordOf(bareRecord({ gpa_order: { amount: 9, funding } }));
    expect(record).toMatchObject({ amountMinor: 800n, links: { messageToken: 'jit-9' } });
  });

  test('what sets a promise takes the transaction’s', () => {
    const record = recordOf(unloadRecord({ type: 'refund.authorization.advice', amount: 40 }, { amount: 2 }));
    expect(record).toMatchObject({ effect: 'expected_credit_advice', amountMinor: 4000n });
  });

  test('fees and surcharges never move cardholder money (money.md amount forms)', () => {
    const fees = [{ type: 'INTERCHANGE_FEE', amount: 9, credit_debit: 'D' }];
    expect(recordOf(loadRecord({ fees, acquirer_fee_amount: 3, cash_back_amount: 2 })).amountMinor).toBe(1234n);
  });
});

describe('the currency', () => {
  test('the order’s, else the transaction’s; an unload order names none', () => {
    expect(recordOf(loadRecord({ currency_code: 'USD' })).currency).toBe('EUR');
    expect(recordOf(loadRecord({ currency_code: 'USD' }, {}, { currency_code: null })).currency).toBe('USD');
    expect(recordOf(unloadRecord()).currency).toBe('EUR');
  });

  test('an advice sets the hold in the currency of the amount it carries', () => {
    const record = recordOf(loadRecord({ type: 'authorization.advice', currency_code: 'JPY', amount: 50 }));
    expect(record).toMatchObject({ currency: 'JPY', amountMinor: 50n });
  });

  test.each(['eur', 'EURO', 978, {}, '\u0000'])('%j is none', (currency_code) => {
    expect(recordOf(bareRecord({ currency_code }))).toMatchObject({ currency: '', amountFault: 'unknown_currency' });
  });

  test('one that is spelt right and is not in use stays, with its fault', () => {
    expect(recordOf(bareRecord({ currency_code: 'XXX' }))).toMatchObject({
      currency: 'XXX',
      amountMinor: 0n,
      amountFault: 'unknown_currency',
    });
  });
});

describe('money.md amount forms', () => {
  test.each([
    ['1.91', 'EUR', 191n],
    ['1E+2', 'EUR', 10000n],
    ['10.500', 'EUR', 1050n],
    ['"70.00"', 'EUR', 7000n],
    ['" +007.5 "', 'EUR', 750n],
    ['2120.0', 'JPY', 2120n],
    ['1.234', 'KWD', 1234n],
    ['0.10000000000000000000', 'EUR', 10n],
    ['-0.0', 'EUR', 0n],
  ])('%s %s is exact', (text, currency, amountMinor) => {
    expect(amountOf(text, currency)).toEqual({ amountMinor, isRounded: false });
  });

  test.each([
    ['0.125', 'EUR', 12n],
    ['0.135', 'EUR', 14n],
    ['0.1250000000000000000001', 'EUR', 13n],
    ['0.1249999999999999999999', 'EUR', 12n],
    ['"1.005"', 'EUR', 100n],
    ['0.005', 'EUR', 0n],
    ['0.015', 'EUR', 2n],
    ['0.5', 'JPY', 0n],
    ['1.5', 'JPY', 2n],
    ['1.2345', 'KWD', 1234n],
    ['1e-3', 'EUR', 0n],
    ['1e-9999', 'EUR', 0n],
    ['9999999999999.994', 'EUR', 999_999_999_999_999n],
  ])('%s %s rounds half to even, and says so', (text, currency, amountMinor) => {
    expect(amountOf(text, currency)).toEqual({ amountMinor, isRounded: true });
  });

  test.each([
    ['-1', 'negative'],
    ['"-1.005"', 'negative'],
    ['1e30', 'too_large'],
    ['1e400', 'too_large'],
    ['9999999999999.999', 'too_large'],
    ['"much"', 'malformed'],
    ['"1,50"', 'malformed'],
    ['null', 'missing'],
    ['""', 'missing'],
    ['[1]', 'missing'],
    ['true', 'missing'],
  ])('%s is %s', (text, amountFault) => {
    expect(amountOf(text)).toEqual({ amountMinor: 0n, amountFault, isRounded: false });
  });
});

/** Half even by comparing texts: no division, no power of ten. */
function rounded(whole: string, fraction: string): bigint {
  const kept = BigInt(whole + fraction.slice(0, 2).padEnd(2, '0'));
  const rest = fraction.slice(2).padEnd(1, '0');
  const half = `5${'0'.repeat(rest.length - 1)}`;
  if (rest === half) return kept % 2n === 0n ? kept : kept + 1n;
  return rest > half ? kept + 1n : kept;
}

const digits = (max: number) => fc.stringMatching(new RegExp(`^[0-9]{0,${max}}$`));

test('every amount is the nearest one there is', () => {
  const whole = digits(12).map((text) => text.replace(/^0+/, '') || '0');
  const fraction = fc.oneof(
    digits(25),
    digits(2).map((text) => `${text.padEnd(2, '3')}5`),
  );
  let roundings = 0;
  fc.assert(
    fc.property(whole, fraction, (a, b) => {
      const { amountMinor, isRounded, amountFault } = amountOf(b === '' ? a : `${a}.${b}`);
      expect(amountFault).toBeUndefined();
      expect(amountMinor).toBe(rounded(a, b));
      expect(isRounded).toBe(/[1-9]/.test(b.slice(2)));
      if (isRounded) roundings += 1;
    }),
    { numRuns: 2000 },
  );
  expect(roundings).toBeGreaterThan(500);
});
