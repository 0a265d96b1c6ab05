import { describe, expect, test } from 'vitest';
import { createRequests } from '../../../src/memory/create-requests.ts';
import { createRandom } from '../../../src/random.ts';
import {
  INCREMENT,
  INQUIRY,
  type MethodShape,
  PIN_DEBIT,
  PURCHASE,
  REFUND,
  VERIFICATION,
} from '../../../src/authorizations/workload/method-shape.ts';
import { createRequestMaker } from '../../../src/authorizations/workload/request-maker.ts';
import { createTemplate } from '../../../src/authorizations/workload/template.ts';

const AT_MS = Date.UTC(2026, 4, 6, 7, 8, 9, 10);
const BASE = { token: 'm_1', transactionToken: 't_1', orderToken: 'o_1' };

function make(shape: MethodShape, base?: typeof BASE) {
  const maker = createRequestMaker({ random: createRandom(3), now: () => AT_MS });
  const request = maker({ shape, user: 4, expected: { outcome: 'approve' }, ...(base === undefined ? {} : { base }) });
  return { request, body: JSON.parse(request.body) as Record<string, unknown> };
}

/** Every path of members in a body. */
function membersOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path];
  return Object.entries(value).flatMap(([name, member]) => membersOf(member, `${path}.${name}`));
}

describe('a message of a workload', () => {
  test('is a transaction whose funding part says what the answer must repeat', () => {
    const { request, body } = make(PURCHASE);
    expect(body).toMatchObject({
      type: 'authorization',
      state: 'PENDING',
      token: request.transactionToken,
      user_token: 'bench_user_4',
      card_token: 'bench_card_4',
      currency_code: 'USD',
      created_time: '2026-05-06T07:08:09Z',
      settlement_date: '2026-05-06T00:00:00Z',
      issuer_received_time: '2026-05-06T07:08:09.010Z',
      gpa_order: {
        token: request.orderToken,
        jit_funding: {
          token: request.token,
          method: 'pgfs.authorization',
          user_token: request.userToken,
          amount: Number(request.amountText),
        },
      },
    });
  });

  test('has the members that the other benches send', () => {
    const [theirs] = Array.from(
      { length: 1 },
      createRequests(createRandom(3), 10, () => AT_MS),
    );
    expect(membersOf(make(PURCHASE).body)).toEqual(membersOf(JSON.parse(theirs?.body ?? '')));
  });

  test('has about the 3 KB of a real one', () => {
    const { body } = make(PURCHASE).request;
    expect(body.length).toBeGreaterThan(2700);
    expect(body.length).toBeLessThan(3500);
  });

  test('carries its amount as text that no float has touched', () => {
    const maker = createRequestMaker({ random: createRandom(5), now: () => AT_MS });
    for (let count = 0; count < 500; count++) {
      const { body, amountText } = maker({ shape: PURCHASE, user: 1, expected: { outcome: 'approve' } });
      expect(amountText).toMatch(/^[1-9]\d{0,2}\.\d\d$/);
      // Of the transaction, its order, the order's source and the funding message.
      expect(body.split(`"amount":${amountText}`)).toHaveLength(5);
      expect(body).toContain(`"request_amount":${amountText}`);
    }
  });

  test('follows an authorization by its tokens, in the same order', () => {
    const { request, body } = make(INCREMENT, BASE);
    expect(body).toMatchObject({
      type: 'authorization.incremental',
      preceding_related_transaction_token: 't_1',
      gpa_order: { token: 'o_1', jit_funding: { original_jit_funding_token: 'm_1' } },
    });
    expect(request.transactionToken).not.toBe('t_1');
    expect(request.token).not.toBe('m_1');
  });

  test('brings money by an unload, which names no currency of its own', () => {
    const { body } = make(REFUND);
    expect(body).not.toHaveProperty('gpa_order');
    expect(body).toMatchObject({ gpa_order_unload: { jit_funding: { method: 'pgfs.refund.authorization' } } });
    expect(body['gpa_order_unload']).not.toHaveProperty('currency_code');
  });

  test.each([INQUIRY, VERIFICATION])('asks about nothing where it takes no money: $method', (shape) => {
    const { request, body } = make(shape);
    expect(request.amountText).toBe('0');
    expect(body).toMatchObject({ amount: 0, gpa_order: { amount: 0, jit_funding: { amount: 0 } } });
  });

  test('has the type that its method goes with', () => {
    expect(make(PIN_DEBIT).body).toMatchObject({
      type: 'pindebit',
      gpa_order: { jit_funding: { method: 'pgfs.auth_plus_capture' } },
    });
  });
});

describe('a template', () => {
  test('fills each gap, also one that comes again', () => {
    const fill = createTemplate('@one@, @two@ and @one@.', ['one', 'two']);
    expect(fill({ one: '1', two: '2' })).toBe('1, 2 and 1.');
  });

  test('refuses a text that asks for something else', () => {
    expect(() => createTemplate('@three@', ['one'])).toThrow('three');
  });
});
