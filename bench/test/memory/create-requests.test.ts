import { describe, expect, test } from 'vitest';
import { createRequests } from '../../src/memory/create-requests.ts';
import { programmeLines } from '../../src/programme.ts';
import { createRandom } from '../../src/random.ts';

const USERS = 50;
const AT_MS = Date.UTC(2026, 4, 6, 7, 8, 9, 10);

function requests(count: number) {
  const next = createRequests(createRandom(1), USERS, () => AT_MS);
  return Array.from({ length: count }, next);
}

interface Body {
  readonly token: string;
  readonly card_token: string;
  readonly issuer_received_time: string;
  readonly gpa_order: { readonly jit_funding: Readonly<Record<string, unknown>> };
}

describe('a request of the bench', () => {
  test('is a transaction whose funding part says what the answer must repeat', () => {
    const [request] = requests(1);
    const body = JSON.parse(request?.body ?? '') as Body;
    expect(body).toMatchObject({ type: 'authorization', state: 'PENDING', user_token: request?.userToken });
    expect(body.issuer_received_time).toBe('2026-05-06T07:08:09.010Z');
    expect(body.gpa_order.jit_funding).toMatchObject({
      token: request?.token,
      method: request?.method,
      user_token: request?.userToken,
      amount: Number(request?.amountText),
    });
  });

  test('carries its amount as text that no float has touched', () => {
    for (const { body, amountText } of requests(200)) {
      expect(amountText).toMatch(/^[1-9]\d{0,2}\.\d\d$/);
      expect(body.split(`"amount":${amountText}`)).toHaveLength(5);
    }
  });

  test('has about the 3 KB of a real one', () => {
    for (const { body } of requests(20)) {
      expect(body.length).toBeGreaterThan(2700);
      expect(body.length).toBeLessThan(3500);
    }
  });

  test('shares no token with another', () => {
    const bodies = requests(500);
    expect(new Set(bodies.map(({ token }) => token)).size).toBe(500);
    expect(new Set(bodies.map(({ body }) => (JSON.parse(body) as Body).token)).size).toBe(500);
  });

  test('comes from a card of the programme, from a few of them most', () => {
    const lines = [...programmeLines(USERS)].map((line) => JSON.parse(line) as { type: string; token?: string });
    const cards = new Set(lines.filter(({ type }) => type === 'card').map(({ token }) => token));
    expect(cards.size).toBe(USERS);
    const uses = new Map<string, number>();
    for (const { body } of requests(5000)) {
      const card = (JSON.parse(body) as Body).card_token;
      uses.set(card, (uses.get(card) ?? 0) + 1);
    }
    expect([...uses.keys()].every((card) => cards.has(card))).toBe(true);
    expect(uses.size).toBe(USERS);
    // Zipf with 0.8 over 50: the first gets 14 %, the last 0.6 %.
    expect(uses.get('bench_card_0')).toBeGreaterThan(500);
    expect(uses.get('bench_card_49')).toBeLessThan(100);
  });
});

describe('the programme', () => {
  test('gives each user an account, a card and two velocity limits', () => {
    const types = [...programmeLines(3)].map((line) => (JSON.parse(line) as { type: string }).type);
    const one = ['user', 'account', 'card', 'limit', 'limit'];
    expect(types).toEqual([...one, ...one, ...one]);
  });
});
