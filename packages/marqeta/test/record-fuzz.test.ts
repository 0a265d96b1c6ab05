import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeRecord } from '../src/decode-record.ts';
import { decodeTransition } from '../src/decode-transition.ts';
import { elementKey, readEnvelope } from '../src/webhook-envelope.ts';
import { loadRecord, RECEIVED_AT_MS } from './records.ts';

const OPTIONS = { receivedAtMs: RECEIVED_AT_MS };

/** Nothing on the webhook side is refused, and whatever is decoded can be stored. */
function check(text: string): boolean {
  const result = decodeRecord(text, OPTIONS);
  if (!result.ok) {
    expect(result.fault.code).toMatch(/^not_(?:json|an_object)$/);
    return false;
  }
  const { record } = result;
  const texts = [record, record.owner, record.links, record.hold, record.dispute, record.settlement].flatMap((part) =>
    Object.values(part ?? {}).flat(),
  );
  for (const value of texts) {
    if (typeof value !== 'string') continue;
    expect(value.isWellFormed()).toBe(true);
    expect(value).not.toContain('\u0000');
    expect(value.length).toBeLessThanOrEqual(255);
  }
  expect(record.transactionToken).not.toBe('');
  expect(record.currency).toMatch(/^(?:[A-Z]{3})?$/);
  expect(record.amountMinor).toBeGreaterThanOrEqual(0n);
  if (record.amountFault !== undefined) expect(record.amountMinor).toBe(0n);
  for (const ms of [record.createdAtMs, record.countedAtMs, record.hold?.expiresAtMs ?? 0])
    expect(Number.isSafeInteger(ms)).toBe(true);
  return true;
}

function checkEnvelope(text: string): void {
  const result = readEnvelope(text);
  if (!result.ok) return;
  for (const element of result.elements) {
    expect(JSON.parse(element.text)).toEqual(element.value);
    expect(text).toContain(element.text);
    expect(elementKey(element)).toBe(elementKey({ ...element }));
    decodeTransition(element, OPTIONS);
    check(element.text);
  }
}

test('no JSON value and no text makes decoding throw', () => {
  fc.assert(
    fc.property(fc.json(), (json) => {
      check(json);
      checkEnvelope(json);
      checkEnvelope(`{"cards":[${json}],"transactions":[${json}]}`);
    }),
    { numRuns: 500 },
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      check(text);
      checkEnvelope(text);
    }),
  );
});

const FULL = {
  ...loadRecord(
    {
      type: 'authorization.clearing',
      authorization_expiration: '2026-04-01T00:00:00Z',
      preceding_transaction: { token: 'p', amount: 1 },
      incremental_authorization_transaction_tokens: ['i'],
      chargeback: { token: 'c', transaction_token: 't', credit_user: true },
      is_final_clearing: true,
      amount_to_be_released: 1,
      multi_clearing_sequence_number: '01',
      multi_clearing_sequence_count: '02',
      currency_conversion: { network: { original_amount: 1, original_currency_code: '840', conversion_rate: 1 } },
      original_credit: { fast_funds_enabled: true },
      gpa: { currency_code: 'EUR', balances: { EUR: { ledger_balance: 1, impacted_amount: -1 } } },
    },
    { original_jit_funding_token: 'j', incremental_authorization_jit_funding_tokens: ['k'] },
    { tags: '1', funding: { gateway_log: { duration: 1, timed_out: false, response: { code: '200' } } } },
  ),
};

test('a record with any value in any place decodes', () => {
  const paths: string[][] = [];
  (function collect(value: unknown, path: string[]): void {
    if (path.length > 0) paths.push(path);
    if (typeof value === 'object' && value !== null)
      for (const [key, member] of Object.entries(value)) collect(member, [...path, key]);
  })(FULL, []);
  const types = ['authorization', 'authorization.advice', 'refund', 'dispute.credit', 'authorization.reversal', 'x'];
  fc.assert(
    fc.property(
      fc.constantFrom(...types),
      fc.array(fc.tuple(fc.constantFrom(...paths), fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' }))), {
        minLength: 1,
        maxLength: 4,
      }),
      (type, changes) => {
        const holder = { root: { ...structuredClone(FULL), type } as unknown };
        for (const [path, value] of changes) set(holder, ['root', ...path], value);
        expect(check(JSON.stringify(holder.root))).toBe(true);
      },
    ),
    { numRuns: 3000 },
  );
});

function set(target: unknown, path: readonly string[], value: unknown): void {
  const [key = '', ...rest] = path;
  if (typeof target !== 'object' || target === null) return;
  const members = target as Record<string, unknown>;
  if (rest.length === 0) members[key] = value;
  else set(members[key], rest, value);
}

test('a damaged record never makes decoding throw', () => {
  const whole = JSON.stringify(FULL);
  fc.assert(
    fc.property(fc.nat(whole.length), fc.nat(8), fc.string({ maxLength: 4 }), (at, length, text) => {
      check(whole.slice(0, at) + text + whole.slice(at + length));
    }),
    { numRuns: 2000 },
  );
});

test('a prototype in the body is a member like any other', () => {
  const text = JSON.stringify(FULL).replace('{', '{"__proto__":{"card_token":"evil","amount":9},');
  const result = decodeRecord(text, OPTIONS);
  expect(result.ok && result.record.cardToken).toBe('card-1');
  expect(({} as Record<string, unknown>)['amount']).toBeUndefined();
});
