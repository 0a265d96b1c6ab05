// What is kept before it is understood holds no card number and no security code, wherever they stand; all else stays as it came.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeWebhook } from '../src/index.ts';
import { maskCardData } from '../src/mask-card-data.ts';

/** With the check digit that makes it one. */
function cardNumber(prefix: string): string {
  for (let digit = 0; digit < 10; digit++) {
    const number = `${prefix}${digit}`;
    const sum = [...number].toReversed().reduce((all, each, index) => {
      const doubled = index % 2 === 0 ? Number(each) : Number(each) * 2;
      return all + (doubled > 9 ? doubled - 9 : doubled);
    }, 0);
    if (sum % 10 === 0) return number;
  }
  throw new Error('no digit fits');
}

const pan = fc
  .tuple(fc.constantFrom('4', '51', '2223', '34', '6011', '62'), fc.integer({ min: 13, max: 19 }))
  .chain(([start, length]) =>
    fc
      .array(fc.integer({ min: 0, max: 9 }), {
        minLength: length - start.length - 1,
        maxLength: length - start.length - 1,
      })
      .map((digits) => cardNumber(start + digits.join(''))),
  );
/** Members of which we have never heard, or that hold words of others. */
const anyMember = fc.constantFrom(
  'name',
  'memo',
  'note',
  'message',
  'pan',
  'card_number',
  'account_number',
  'brand_new',
  'address',
  'x',
);
/** A PAN somewhere in a value, in a list, in a number, or spelt with escapes. */
const holding = (value: string) =>
  fc.constantFrom(
    JSON.stringify(value),
    JSON.stringify(`CAFE ${value} PARIS`),
    `["a", ${JSON.stringify(value)}]`,
    `{"deep":{"name":${JSON.stringify(value)}}}`,
    value,
    `"${[...value].map((digit) => `\\u003${digit}`).join('')}"`,
    JSON.stringify(value.replaceAll(/(\d{4})(?=\d)/g, '$1 ')),
  );

describe('card data', () => {
  test('no card number stays, wherever it stands', () => {
    fc.assert(
      fc.property(
        pan.chain((number) => fc.tuple(fc.constant(number), holding(number))),
        anyMember,
        ([number, value], member) => {
          const masked = maskCardData(`{"transactions":[{"token":"t_1","${member}":${value},"amount":12.30}]}`);
          const plain = JSON.stringify(JSON.parse(masked)).replaceAll(/[ -]/g, '');
          expect(plain).not.toContain(number);
          expect(masked).toContain('"amount":12.30');
        },
      ),
    );
  });

  test('no security code, PIN or track stays, as text or as a number', () => {
    for (const member of [
      'cvv',
      'cvv2',
      'cvv_number',
      'cvc2',
      'pin',
      'pin_block',
      'track_2',
      'track1_data',
      'security_code',
    ])
      for (const value of ['"123"', '1234', '"0123456789ABCDEF"', '"\\u0031\\u0032\\u0033"'])
        expect(maskCardData(`{"a":{"${member}" : ${value}, "state":"ACTIVE"}}`)).toMatch(
          /^\{"a":\{"\w+" : ?"\*\*\*", "state":"ACTIVE"\}\}$/,
        );
  });

  test('nor a card number in place of a name', () => {
    expect(maskCardData('{"4111111111111111":1}')).toBe('{"***":1}');
  });

  test('tokens, references and masked numbers stay: chains are found by them', () => {
    const text =
      '{ "token" : "4111111111111111", "network_reference_id":"4111111111111111","acquirer_reference_data":"74111111111111111111111",' +
      '"retrieval_reference_number":"411111111111","pan":"************1111","last_four":"1111","issuer_interchange_amount":1.10,' +
      '"cvv_number":null,"card_security_code_verification":{"type":"CVV2"},"created_time":"2026-01-02T00:00:00Z","mcc":5812,"n":1e400 }';
    expect(maskCardData(text)).toBe(text);
  });

  test('any JSON stays JSON, and what holds no long digits stays as it came', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(() => JSON.parse(maskCardData(json))).not.toThrow();
        if (!/\d{12}|\d{4}[ -]|\\u|cv|pin|track|pan/i.test(json)) expect(maskCardData(json)).toBe(json);
      }),
    );
  });

  test('a webhook is taken in without them', () => {
    const decoded = decodeWebhook(Buffer.from('{"cards":[{"token":"c","pan":"4111111111111111","cvv_number":"123"}]}'));
    expect(decoded).toMatchObject({
      webhook: { text: '{"cards":[{"token":"c","pan":"***","cvv_number":"***"}]}' },
    });
  });
});
