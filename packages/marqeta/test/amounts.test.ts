import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeRequest } from '../src/decode-request.ts';
import { createNumberSource } from '../src/number-source.ts';
import { decoded, load, OPTIONS } from './requests.ts';

/** The body with `text` in the amount's place, digit by digit. */
function decodedText(text: string, currency = 'EUR') {
  const body = JSON.stringify(load({}, { amount: '@' }, { currency_code: currency })).replace('"@"', text);
  const result = decodeRequest(body, OPTIONS);
  if (!result.ok) throw new Error(result.fault.code);
  return result;
}

describe('money.md amount forms', () => {
  test.each([
    ['1.91', 'EUR', 191n, '1.91'],
    ['50.0', 'EUR', 5000n, '50.0'],
    ['1E+2', 'EUR', 10000n, '1E+2'],
    ['10.500', 'EUR', 1050n, '10.500'],
    ['1.5e-1', 'EUR', 15n, '1.5e-1'],
    ['2120.0', 'JPY', 2120n, '2120.0'],
    ['1.234', 'KWD', 1234n, '1.234'],
    ['9999999999999.99', 'EUR', 999_999_999_999_999n, '9999999999999.99'],
    ['0.10000000000000000000000', 'EUR', 10n, '0.10000000000000000000000'],
    ['-0.0', 'EUR', 0n, '-0.0'],
    ['"70.00"', 'EUR', 7000n, '70.00'],
    ['" 007.5 "', 'EUR', 750n, '7.5'],
    ['"+1E2"', 'EUR', 10000n, '1E2'],
    ['"000"', 'EUR', 0n, '0'],
  ])('%s %s', (text, currency, amountMinor, echo) => {
    const result = decodedText(text, currency);
    expect(result.request).toMatchObject({ amountMinor });
    expect(result.request.amountFault).toBeUndefined();
    expect(result.echo.amount).toBe(echo);
  });

  test.each([
    ['-5', 'negative', '-5'],
    ['12345678901234567890', 'too_large', '12345678901234567890'],
    ['1e999', 'too_large', '1e999'],
    ['10.505', 'too_many_decimals', '10.505'],
    // A double would make 10.5 and 0.1 of these two.
    ['10.500000000000000000001', 'too_many_decimals', '10.500000000000000000001'],
    ['0.1000000000000000000001', 'too_many_decimals', '0.1000000000000000000001'],
    ['"-5.00"', 'negative', '-5.00'],
    ['"abc"', 'malformed', '0'],
    ['"1,50"', 'malformed', '0'],
    ['"0x10"', 'malformed', '0'],
    ['"١"', 'malformed', '0'],
    [`"${'0'.repeat(257)}"`, 'malformed', '0'],
  ])('always answer: %s is an amount at fault', (text, amountFault, echo) => {
    const result = decodedText(text);
    expect(result.request).toMatchObject({ amountMinor: 0n, amountFault });
    expect(result.echo.amount).toBe(echo);
  });

  test('the decision amount is that of jit_funding', () => {
    const { request } = decoded(load({ amount: 99 }, { amount: 1 }, { amount: 50 }));
    expect(request.amountMinor).toBe(100n);
  });

  test('equal keys, escaped keys: whatever JSON.parse sees, the digits are of the same member', () => {
    const jit = '"token":"t","method":"pgfs.authorization"';
    const bodies = [
      `{"gpa_order":{"jit_funding":{${jit},"amount":1}},"gpa_order":{"jit_funding":{${jit},"amount":2.50}}}`,
      `{"gpa_order":{"jit_funding":{${jit},"amount":"x","amount":2.50}}}`,
      `{"gpa_order":{"jit_funding":{${jit},"amount":1,"\\u0061mount":2.50}}}`,
      `{"a":"\\\\\\"gpa_order\\\\","b":[{"amount":9},"}"], "gpa_order" : { "jit_funding" : {${jit}, "amount" :\t2.50 } } }`,
    ];
    for (const body of bodies) {
      const result = decodeRequest(body, OPTIONS);
      expect(result.ok && result.echo.amount).toBe('2.50');
    }
  });
});

/** Minor units by moving the point in the text: no regular expression, no power of ten, nothing of core's. */
function reference(text: string, decimals: number): bigint | 'fault' {
  const [mantissa = '', power = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const shift = Number(power) + decimals;
  const padded = '0'.repeat(200) + whole + fraction + '0'.repeat(200);
  const point = 200 + whole.length + shift;
  const rest = padded.slice(point);
  return /[1-9]/.test(rest) ? 'fault' : BigInt(padded.slice(0, point));
}

function digits(max: number): fc.Arbitrary<string> {
  return fc.stringMatching(new RegExp(`^[0-9]{1,${max}}$`));
}

test('every JSON number text is read exactly', () => {
  const whole = digits(15).map((text) => text.replace(/^0+(?=\d)/, ''));
  const number = fc
    .tuple(
      whole,
      fc.option(digits(22), { nil: undefined }),
      fc.option(fc.integer({ min: -20, max: 20 }), { nil: undefined }),
    )
    .chain(([whole_, fraction, power]) =>
      fc.constantFrom('e', 'E', 'e+', 'E-0').map((mark) => {
        const exponent = power === undefined ? '' : power < 0 ? `e${power}` : `${mark}${power}`;
        return `${whole_}${fraction === undefined ? '' : `.${fraction}`}${exponent}`;
      }),
    );
  let valid = 0;
  fc.assert(
    fc.property(
      number,
      fc.constantFrom(['EUR', 2] as const, ['JPY', 0] as const, ['KWD', 3] as const),
      (text, [code, decimals]) => {
        const { request, echo } = decodedText(text, code);
        expect(echo.amount).toBe(text);
        const expected = reference(text, decimals);
        if (expected === 'fault') expect(request.amountFault).toBe('too_many_decimals');
        else if (expected > 999_999_999_999_999n) expect(request.amountFault).toBe('too_large');
        else {
          valid += 1;
          expect(request.amountFault).toBeUndefined();
          expect(request.amountMinor).toBe(expected);
        }
      },
    ),
    { numRuns: 2000 },
  );
  expect(valid).toBeGreaterThan(200);
});

test('of equal names the last one counts, however it is spelt, as for JSON.parse', () => {
  const text = '{"amount":1.10,"gpa":{"amount":2.20,"amount":2.30},"\\u0061mount":1.20}';
  expect(JSON.parse(text)).toEqual({ amount: 1.2, gpa: { amount: 2.3 } });
  const numberAt = createNumberSource(text);
  expect(numberAt(['amount'])).toBe('1.20');
  expect(numberAt(['gpa', 'amount'])).toBe('2.30');
  expect(numberAt(['gpa'])).toBeUndefined();
  expect(numberAt(['__proto__'])).toBeUndefined();
});

test('a text of zeros without end costs no time to speak of', () => {
  // Matched naively, this backtracks for a minute: the test would run into its time-out.
  expect(decodedText(`"${'0'.repeat(200_000)}x"`).request.amountFault).toBe('malformed');
});

test('the scan finds what a reviver sees', () => {
  const key = fc.constantFrom('a', 'b', 'amount', '"', '\\', '{', 'é', '');
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      key,
      fc.constantFrom(true, false, null),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(key, tie('value'), { maxKeys: 5 }),
    ),
  }));
  let numbers = 0;
  fc.assert(
    fc.property(fc.dictionary(key, value, { maxKeys: 6 }), fc.constantFrom(0, 1, '\t'), (json, indent) => {
      const text = JSON.stringify(json, null, indent);
      const numberAt = createNumberSource(text);
      for (const [path, member] of membersOf(json, [])) {
        if (typeof member === 'number') numbers += 1;
        const source = typeof member === 'number' ? JSON.stringify(member) : undefined;
        expect(numberAt(path)).toBe(source);
      }
    }),
    { numRuns: 1000 },
  );
  expect(numbers).toBeGreaterThan(500);
});

/** Every member that a path of keys leads to; what is in arrays has no such path. */
function membersOf(value: unknown, path: readonly string[]): [readonly string[], unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, member]) => [
    [[...path, key], member] as [readonly string[], unknown],
    ...membersOf(member, [...path, key]),
  ]);
}
