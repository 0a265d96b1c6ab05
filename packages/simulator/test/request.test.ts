import { describe, expect, it } from 'vitest';
import { buildProgramme, createModel, DEFAULT_MIX } from '../src/index.ts';
import { buildRequest } from '../src/request.ts';
import { createRandom } from '../src/random.ts';
import { createTraffic } from '../src/traffic.ts';
import { MESSAGE_KINDS } from '../src/message.ts';
import { message, NOON } from './fixture.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- bodies are looked into by path
const parse = (body: string) => JSON.parse(body) as any;

describe('request body', () => {
  it('is one transaction with the funding part nested (PROTOCOL section 3.2)', () => {
    const sent = message();
    const body = parse(buildRequest(sent));
    expect(body).toMatchObject({
      type: 'authorization',
      state: 'PENDING',
      token: sent.transactionToken,
      user_token: 'u',
      acting_user_token: 'u',
      card_token: 'c',
      amount: 10,
      currency_code: 'USD',
      gpa_order: {
        amount: 10,
        currency_code: 'USD',
        state: 'PENDING',
        jit_funding: { token: sent.messageToken, method: 'pgfs.authorization', user_token: 'u', amount: 10 },
      },
      issuer_received_time: '2026-05-31T12:00:00.000Z',
      card_acceptor: { mcc: '5411', country_code: 'USA' },
      pos: { card_presence: true },
    });
    for (const absent of ['jit_funding', 'response', 'gpa_order_unload', 'business_token', 'duration', 'approval_code'])
      expect(body).not.toHaveProperty(absent);
  });

  it('carries money in by an unload order, without its own currency (PROTOCOL section 3.4)', () => {
    const body = parse(buildRequest(message({ kind: MESSAGE_KINDS.refund })));
    expect(body.gpa_order_unload.jit_funding.method).toBe('pgfs.refund.authorization');
    expect(body.gpa_order_unload).not.toHaveProperty('currency_code');
    expect(body).not.toHaveProperty('gpa_order');
  });

  it('names the business beside its user, and the first message of a chain', () => {
    const business = { kind: 'business', token: 'b' } as const;
    const first = { transactionToken: 't-first', messageToken: 'm-first' };
    const body = parse(buildRequest(message({ payer: business, kind: MESSAGE_KINDS.increment, extends: first })));
    expect(body).toMatchObject({
      business_token: 'b',
      user_token: 'u',
      preceding_related_transaction_token: 't-first',
    });
    expect(body.gpa_order.jit_funding).toMatchObject({ business_token: 'b', original_jit_funding_token: 'm-first' });
  });

  it.each([
    ['10.50', 'padded', '10.50'],
    ['10.50', 'shortest', '10.5'],
    ['100.00', 'exponent', '1E+2'],
    ['10.50', 'quoted', '"10.50"'],
    ['12345678901234567890', 'as_is', '12345678901234567890'],
    ['-0.01', 'as_is', '-0.01'],
  ] as const)('writes %s %s exactly as %s, everywhere', (amountText, amountForm, written) => {
    const body = buildRequest(message({ amountText, amountForm }));
    // Transaction, request, order, funding, JIT; the conversion's original amount too.
    expect(body.split(`amount":${written}`)).toHaveLength(7);
  });

  it('speaks Transaction Model v1 too (PROTOCOL section 3.5)', () => {
    const body = parse(buildRequest(message({ model: 1 })));
    expect(body.card_acceptor).toMatchObject({
      country: 'USA',
      network_mid: expect.any(String),
      poi: expect.any(Object),
    });
    expect(body).not.toHaveProperty('pos');
    expect(body).not.toHaveProperty('transaction_metadata');
  });

  it('differs between two messages of one transaction in nothing but the JIT token', () => {
    const sent = message();
    const again = { ...sent, messageToken: 'm-again' };
    expect(buildRequest(again)).toBe(buildRequest(sent).replace(sent.messageToken, 'm-again'));
  });

  it('is as large as real ones', () => {
    const programme = buildProgramme({ seed: 1, users: 50 });
    const random = createRandom('size');
    const model = createModel(programme);
    const traffic = createTraffic({ programme, model, random, mix: DEFAULT_MIX, isBusy: () => false });
    const sizes = Array.from({ length: 300 }, () => traffic.next(NOON)!.body.length).toSorted((a, b) => a - b);
    expect(sizes[0]).toBeGreaterThan(1_500);
    expect(sizes[150]).toBeGreaterThan(2_000);
    expect(sizes[299]).toBeLessThan(5_000);
  });
});
