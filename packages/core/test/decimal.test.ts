import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exponentOf, formatAmount, MAX_AMOUNT_MINOR, parseAmount } from '../src/index.ts';

/** One currency of each number of decimals. */
const EXPONENTS = { JPY: 0, EUR: 2, KWD: 3, CLF: 4 } as const;
const currencies = fc.constantFrom('JPY', 'EUR', 'KWD', 'CLF');

/** Amounts of every size: a uniform draw would hardly ever be small. */
const amounts = fc.oneof(fc.bigInt(0n, 100_000n), fc.bigInt(0n, MAX_AMOUNT_MINOR), fc.constant(MAX_AMOUNT_MINOR));

interface Numeral {
  readonly sign: string;
  readonly whole: string;
  readonly fraction: string;
  readonly power: number;
}

/** The parts of a number as JSON's grammar has them, and the leading zeros and `+` that strings may carry. */
const numerals: fc.Arbitrary<Numeral> = fc.record({
  sign: fc.constantFrom('', '', '', '+', '-'),
  whole: fc.stringMatching(/^[0-9]{1,20}$/),
  fraction: fc.oneof(fc.constant(''), fc.stringMatching(/^[0-9]{1,8}$/), fc.stringMatching(/^[0-9]{0,3}0{1,9}$/)),
  power: fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    fc.integer({ min: -25, max: 25 }),
    fc.integer({ min: -999, max: 999 }),
  ),
});

function textOf({ sign, whole, fraction, power }: Numeral, e: string): string {
  return `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}${power === 0 && e === '' ? '' : `${e === '' ? 'e' : e}${power}`}`;
}

/** The same question answered by moving the point in text, digit by digit, with no arithmetic at all. */
function byHand({ sign, whole, fraction, power }: Numeral, exponent: number): string {
  const right = Math.max(power, 0);
  const left = Math.max(-power, 0);
  const digits = whole.padStart(whole.length + left, '0') + fraction.padEnd(right, '0');
  const point = whole.length + left + power;
  const major = digits.slice(0, point).replace(/^0+/, '');
  const decimals = digits.slice(point).replace(/0+$/, '');
  if (major === '' && decimals === '') return '0';
  if (sign === '-') return 'negative';
  if (decimals.length > exponent) return 'too_many_decimals';
  const minor = (major + decimals.padEnd(exponent, '0')).replace(/^0+/, '');
  return minor.length > 15 ? 'too_large' : minor;
}

function parsed(text: string, currency: string): string {
  const result = parseAmount(text, currency);
  return result.ok ? result.amountMinor.toString() : result.fault;
}

const MALFORMED =
  '| | 1|1 |1\n|.5|5.|e5|1e|1e+|1e1.5|--1|+-1|1-|1.2.3|1,5|1 000|1_000|0x10|0b1|1n|NaN|Infinity|null|ten|٣|１|€1|- 1|1.-5';

describe('parseAmount', () => {
  it.each([
    ['1.91', 'EUR', '191'],
    ['1', 'EUR', '100'],
    ['0', 'EUR', '0'],
    ['-0', 'EUR', '0'],
    ['-0.00', 'EUR', '0'],
    ['1E+2', 'EUR', '10000'],
    ['1e2', 'JPY', '100'],
    ['12.5e-1', 'EUR', '125'],
    ['10.500', 'EUR', '1050'],
    ['10.5000000000', 'EUR', '1050'],
    ['0010.50', 'EUR', '1050'],
    ['+10.50', 'EUR', '1050'],
    ['10.000', 'JPY', '10'],
    ['1.234', 'KWD', '1234'],
    ['0e999', 'EUR', '0'],
    ['0.1', 'EUR', '10'],
    ['4.35', 'EUR', '435'], // 4.35 * 100 is 434.99999999999994 in binary
    ['9007199254740.99', 'EUR', '900719925474099'],
    ['9999999999999.99', 'EUR', '999999999999999'],
    ['10000000000000.00', 'EUR', 'too_large'],
    ['99999999999999999999', 'EUR', 'too_large'],
    ['1e999', 'EUR', 'too_large'],
    ['1.005', 'EUR', 'too_many_decimals'],
    ['0.5', 'JPY', 'too_many_decimals'],
    ['1e-999', 'EUR', 'too_many_decimals'],
    ['-1', 'EUR', 'negative'],
    ['-0.01', 'EUR', 'negative'],
    ['1', 'XXX', 'unknown_currency'],
    ['1', 'eur', 'unknown_currency'],
    ['1', '', 'unknown_currency'],
    ['1', 'constructor', 'unknown_currency'],
  ])('%s %s is %s', (text, currency, expected) => {
    expect(parsed(text, currency)).toBe(expected);
  });

  it.each(MALFORMED.split('|'))('refuses %j as malformed', (text) => {
    expect(parsed(text, 'EUR')).toBe('malformed');
  });

  it('gives back every amount from every form that JSON has for it', () => {
    fc.assert(
      fc.property(amounts, currencies, fc.nat(6), fc.constantFrom('e', 'E'), (amountMinor, currency, shift, e) => {
        const exponent = EXPONENTS[currency];
        const plain = formatAmount(amountMinor, currency);
        const withPoint = plain.includes('.') ? plain : `${plain}.`;
        const digits = amountMinor.toString();
        const forms = [
          plain,
          `+${plain}`,
          `000${plain}`,
          `${withPoint}${'0'.repeat(shift + 1)}`,
          `${digits}${e}-${exponent}`,
          `${digits}${'0'.repeat(shift)}${e}-${exponent + shift}`,
          `${digits}.0${e}-0${exponent}`,
          `0.${digits.padStart(20, '0')}${e}+${20 - exponent}`,
          `0.${digits.padStart(20, '0')}${e}${20 - exponent}`,
        ];
        expect(forms.map((form) => parsed(form, currency))).toEqual(forms.map(() => digits));
      }),
    );
  });

  it('agrees with moving the point by hand, refusals included', () => {
    fc.assert(
      fc.property(numerals, currencies, fc.constantFrom('', 'e', 'E'), (numeral, currency, e) => {
        expect(parsed(textOf(numeral, e), currency)).toBe(byHand(numeral, EXPONENTS[currency]));
      }),
      { numRuns: 3000 },
    );
  });

  it('never throws and never answers beyond its bounds, whatever the text', () => {
    const texts = fc.oneof(fc.string(), fc.stringMatching(/^[-+0-9.eE ]{0,70}$/));
    fc.assert(
      fc.property(texts, fc.oneof(currencies, fc.string()), (text, currency) => {
        const result = parseAmount(text, currency);
        if (result.ok) expect(result.amountMinor >= 0n && result.amountMinor <= MAX_AMOUNT_MINOR).toBe(true);
        else expect(result.fault).toMatch(/^[a-z_]+$/);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['nines', '9'.repeat(1_000_000)],
    ['zeros', '0'.repeat(1_000_000)],
    ['decimals', `1.${'0'.repeat(1_000_000)}1`],
    ['a great power', `1e${'9'.repeat(1_000_000)}`],
    ['a great negative power', `1e-${'9'.repeat(1_000_000)}`],
    ['signs', '-'.repeat(1_000_000)],
  ])('refuses a million characters of %s', (_, text) => {
    expect(parseAmount(text, 'EUR').ok).toBe(false);
  });
});

describe('formatAmount', () => {
  it.each([
    [12_345n, 'EUR', '123.45'],
    [5n, 'EUR', '0.05'],
    [0n, 'EUR', '0.00'],
    [0n, 'JPY', '0'],
    [-5n, 'EUR', '-0.05'],
    [-12_345n, 'JPY', '-12345'],
    [1n, 'KWD', '0.001'],
    [1n, 'CLF', '0.0001'],
    [MAX_AMOUNT_MINOR, 'EUR', '9999999999999.99'],
  ] as const)('%s minor units of %s are %s', (amountMinor, currency, expected) => {
    expect(formatAmount(amountMinor, currency)).toBe(expected);
  });

  it('writes all decimals of the currency, a JSON number, and nothing is lost', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 30n), 10n ** 30n), currencies, (amountMinor, currency) => {
        const text = formatAmount(amountMinor, currency);
        const [, decimals = ''] = text.split('.');
        expect(text).toMatch(/^-?(0|[1-9]\d*)(\.\d+)?$/);
        expect(decimals).toHaveLength(EXPONENTS[currency]);
        expect(BigInt(text.replace('.', ''))).toBe(amountMinor);
      }),
    );
  });
});

describe('exponentOf', () => {
  it.each(Object.entries(EXPONENTS))('%s has %s decimals', (currency, exponent) => {
    expect(exponentOf(currency)).toBe(exponent);
  });

  it('knows the currencies whose minor unit is not a hundredth', () => {
    const none = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF'.split(' ');
    const thousandths = 'BHD IQD JOD KWD LYD OMR TND'.split(' ');
    expect(none.map(exponentOf)).toEqual(none.map(() => 0));
    expect(thousandths.map(exponentOf)).toEqual(thousandths.map(() => 3));
  });

  it.each(['', 'EURO', 'eur', 'XXX', 'XTS', 'XAU', '978', 'toString', '__proto__'])('does not know %j', (code) => {
    expect(exponentOf(code)).toBeUndefined();
  });
});
