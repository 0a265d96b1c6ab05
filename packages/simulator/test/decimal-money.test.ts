import { assert, bigInt, constantFrom, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AMOUNT_FORMS, sameAmount, toDecimalText, toMinor, writeAmount } from '../src/decimal-money.ts';

const currency = constantFrom('USD', 'EUR', 'JPY', 'KWD');
const minor = bigInt({ min: 0n, max: 10n ** 15n - 1n });

describe('decimal money', () => {
  it.each([
    ['10', 'USD', 1000n],
    ['10.5', 'USD', 1050n],
    ['10.50', 'USD', 1050n],
    ['10.500', 'USD', 1050n],
    ['1E+2', 'USD', 10_000n],
    ['105e-1', 'USD', 1050n],
    ['100', 'JPY', 100n],
    ['100.0', 'JPY', 100n],
    ['1.234', 'KWD', 1234n],
    ['0', 'USD', 0n],
    ['0.000', 'JPY', 0n],
    ['9999999999999.99', 'USD', 999_999_999_999_999n],
    ['10000000000000.00', 'USD', undefined],
    ['12345678901234567890', 'USD', undefined],
    ['-5', 'USD', undefined],
    ['10.001', 'USD', undefined],
    ['10.5', 'JPY', undefined],
    ['1.2345', 'KWD', undefined],
    ['10', 'ZZZ', undefined],
    ['', 'USD', undefined],
    ['1e', 'USD', undefined],
    ['1,00', 'USD', undefined],
    ['1e999', 'USD', undefined],
  ])('reads %s %s', (text, code, expected) => {
    expect(toMinor(text, code)).toBe(expected);
  });

  it('writes any amount in any form so that it reads back exactly', () => {
    assert(
      property(minor, currency, constantFrom(...AMOUNT_FORMS), (amount, code, form) => {
        const json = writeAmount(amount, code, form);
        const text = form === 'quoted' ? (JSON.parse(json) as string) : json;
        expect(toMinor(text, code)).toBe(amount);
        expect(typeof JSON.parse(json)).toBe(form === 'quoted' ? 'string' : 'number');
      }),
    );
  });

  it('says which writings are the same amount, and no others', () => {
    assert(
      property(minor, minor, currency, (left, right, code) => {
        const texts = AMOUNT_FORMS.filter((form) => form !== 'quoted').map((form) => writeAmount(left, code, form));
        for (const text of texts) expect(sameAmount(text, toDecimalText(left, code))).toBe(true);
        expect(sameAmount(toDecimalText(left, code), toDecimalText(right, code))).toBe(left === right);
      }),
    );
    expect(sameAmount('-5', '5')).toBe(false);
    expect(sameAmount('12345678901234567890', '12345678901234567000')).toBe(false);
    expect(sameAmount('x', 'x')).toBe(false);
  });

  it('writes every form as documented', () => {
    expect(AMOUNT_FORMS.map((form) => writeAmount(1050n, 'USD', form))).toEqual([
      '10.5',
      '10.5',
      '10.50',
      '105E-1',
      '"10.50"',
    ]);
    expect(AMOUNT_FORMS.map((form) => writeAmount(10_000n, 'USD', form))).toEqual([
      '100',
      '100.0',
      '100.00',
      '1E+2',
      '"100.00"',
    ]);
    expect(AMOUNT_FORMS.map((form) => writeAmount(100n, 'JPY', form))).toEqual([
      '100',
      '100.0',
      '100',
      '1E+2',
      '"100"',
    ]);
  });

  it('writes negative amounts below one', () => {
    expect(toDecimalText(-5n, 'USD')).toBe('-0.05');
  });
});
