import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeRequest, type DecodedRequest } from '../src/decode-request.ts';
import { encodeResponse } from '../src/encode-response.ts';
import { maskMessage } from '../src/mask-message.ts';
import { load, OPTIONS } from './requests.ts';

/** Always answer: whatever decodes can be stored, answered, and the answer parses. */
function check(result: DecodedRequest): void {
  if (!result.ok) {
    expect(result.fault.code).toMatch(/^(?:not_json|no_(?:funding|token|method|amount))$/);
    return;
  }
  const { request, echo } = result;
  for (const value of [...Object.values(request), ...Object.values(request.merchant), request.owner?.token]) {
    if (typeof value !== 'string') continue;
    expect(value.isWellFormed()).toBe(true);
    expect(value).not.toContain('\u0000');
    expect(value.length).toBeLessThanOrEqual(255);
  }
  expect(request.fingerprint).toMatch(/^[0-9a-f]{32}$/);
  expect(Number.isSafeInteger(request.occurredAtMs)).toBe(true);
  const { body } = encodeResponse(echo, { outcome: 'decline', reason: 'invalid_amount' }, { allow2026Reasons: false });
  expect(JSON.parse(body).jit_funding).toMatchObject({ token: echo.token, method: echo.method });
}

test('no JSON value makes decoding throw', () => {
  fc.assert(
    fc.property(fc.json(), (json) => check(decodeRequest(json, OPTIONS))),
    { numRuns: 1000 },
  );
});

test('no text and no bytes make decoding throw', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => check(decodeRequest(text, OPTIONS))));
  fc.assert(fc.property(fc.uint8Array(), (bytes) => check(decodeRequest(bytes, OPTIONS))));
});

test('a request with any value in any place is answered or refused, and can be masked', () => {
  const paths: string[][] = [];
  (function collect(value: unknown, path: string[]): void {
    paths.push(path);
    if (typeof value === 'object' && value !== null)
      for (const [key, member] of Object.entries(value)) collect(member, [...path, key]);
  })(
    load({ original_credit: {}, authorization_expiration: 'x', is_preauthorization: true }, { business_token: 'b' }),
    [],
  );

  let answered = 0;
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(...paths), fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' }))), {
        minLength: 1,
        maxLength: 3,
      }),
      (changes) => {
        const holder = { root: load() as unknown };
        for (const [path, value] of changes) set(holder, ['root', ...path], value);
        const result = decodeRequest(JSON.stringify(holder.root), OPTIONS);
        if (result.ok) answered += 1;
        check(result);
        maskMessage(holder.root);
      },
    ),
    { numRuns: 3000 },
  );
  expect(answered).toBeGreaterThan(500);
});

function set(target: unknown, path: readonly string[], value: unknown): void {
  const [key = '', ...rest] = path;
  if (typeof target !== 'object' || target === null) return;
  const members = target as Record<string, unknown>;
  if (rest.length === 0) members[key] = value;
  else set(members[key], rest, value);
}

test('a damaged request never makes decoding throw', () => {
  const whole = JSON.stringify(load());
  fc.assert(
    fc.property(fc.nat(whole.length), fc.nat(8), fc.string({ maxLength: 4 }), (at, length, text) => {
      check(decodeRequest(whole.slice(0, at) + text + whole.slice(at + length), OPTIONS));
    }),
    { numRuns: 2000 },
  );
});

test('no answer is polluted by a prototype in the body', () => {
  const body = JSON.stringify(load()).replace(
    '{',
    '{"__proto__":{"isAdmin":true,"card_token":"evil"},"constructor":1,',
  );
  const result = decodeRequest(body, OPTIONS);
  expect(result.ok && result.request.cardToken).toBe('card-1');
  expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined();
});
