import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/random.ts';
import { envelopeOf } from '../../src/records/envelope.ts';
import { createRecordStream, type RecordElement } from '../../src/records/record-stream.ts';

const USERS = 20;
const AT_MS = Date.UTC(2026, 4, 6, 7, 8, 9, 10);

interface Wire {
  readonly type: string;
  readonly state: string;
  readonly token: string;
  readonly user_token: string;
  readonly amount: number;
  readonly identifier: string;
  readonly gpa: { readonly ledger_balance: number };
  readonly preceding_related_transaction_token?: string;
  readonly gpa_order: {
    readonly jit_funding: { readonly token: string; readonly original_jit_funding_token?: string };
  };
}

const wireOf = ({ text }: RecordElement): Wire => JSON.parse(text) as Wire;

function stream(count: number, seed = 1) {
  const records = createRecordStream(createRandom(seed), USERS, () => AT_MS);
  const elements = Array.from({ length: count }, () => records.next());
  return { records, elements, first: elements.filter(({ isRepeat }) => !isRepeat) };
}

const sum = (wires: readonly Wire[]): bigint =>
  wires.reduce((total, { amount }) => total + BigInt(Math.round(amount * 100)), 0n);

const play = (seed: number) => stream(300, seed).elements.map((each) => [wireOf(each).user_token, wireOf(each).amount]);

describe('the stream of records', () => {
  test('tells of authorizations and of the clearings that name them, each token once', () => {
    const { records, first } = stream(3000);
    const all = [...first, ...records.rest()].map(wireOf);
    const holds = new Map(all.filter(({ type }) => type === 'authorization').map((each) => [each.token, each]));
    const clearings = all.filter(({ type }) => type === 'authorization.clearing');
    expect(holds.size + clearings.length).toBe(all.length);
    expect(new Set(all.map(({ token }) => token)).size).toBe(all.length);
    expect(records.told()).toBe(all.length);
    for (const clearing of clearings) {
      const hold = holds.get(clearing.preceding_related_transaction_token ?? '');
      expect(hold?.user_token).toBe(clearing.user_token);
      expect(clearing.gpa_order.jit_funding.original_jit_funding_token).toBe(hold?.gpa_order.jit_funding.token);
      expect(clearing.amount).toBeGreaterThanOrEqual(hold?.amount ?? Infinity);
    }
    expect(clearings.some(({ amount, ...rest }) => amount > (holds.get(parentOf(rest))?.amount ?? 0))).toBe(true);
    expect(clearings.length).toBeLessThan(holds.size * 0.9);
  });

  test('repeats some of what it told, word for word, and delivers some clearings before their authorization', () => {
    const { elements, first } = stream(4000);
    const texts = new Set(first.map(({ text }) => text));
    const repeats = elements.filter(({ isRepeat }) => isRepeat);
    expect(repeats.length).toBeGreaterThan(40);
    expect(repeats.every(({ text }) => texts.has(text))).toBe(true);
    const place = new Map(first.map(({ token }, index) => [token, index]));
    const overtaken = first.filter((element, index) => (place.get(parentOf(wireOf(element))) ?? -1) > index);
    expect(overtaken.length).toBeGreaterThan(20);
  });

  test('adds up what every account must have in the end, whatever the order', () => {
    const { records, first } = stream(3000);
    const all = [...first, ...records.rest()].map(wireOf);
    const cleared = new Set(all.map(parentOf));
    for (let user = 0; user < USERS; user++) {
      const own = all.filter(({ user_token: token }) => token === `bench_user_${user}`);
      expect(records.books.balance(user)).toEqual({
        posted: -sum(own.filter(({ type }) => type === 'authorization.clearing')),
        held: sum(own.filter(({ type, token }) => type === 'authorization' && !cleared.has(token))),
      });
    }
    expect(records.books.total().held).toBeGreaterThan(0n);
  });

  test('says with each record what the platform holds, in its own order, whatever is told first', () => {
    const { records, first } = stream(3000);
    const all = [...first, ...records.rest()].map(wireOf);
    const amounts = new Map(all.map(({ token, amount }) => [token, Math.round(amount * 100)]));
    const held = new Map<string, number>();
    for (const wire of all.toSorted((a, b) => Number(a.identifier) - Number(b.identifier))) {
      const authorized = amounts.get(parentOf(wire) || wire.token) ?? 0;
      const change = wire.type === 'authorization' ? authorized : -authorized;
      held.set(wire.user_token, (held.get(wire.user_token) ?? 0) + change);
      expect(Math.round(wire.gpa.ledger_balance * 100)).toBe(held.get(wire.user_token));
    }
    for (let user = 0; user < USERS; user++)
      expect(BigInt(held.get(`bench_user_${user}`) ?? 0)).toBe(records.books.balance(user).held);
  });

  test('has the 3 to 4 KB of a real record, and amounts that no float has touched', () => {
    for (const { text } of stream(200).first) {
      expect(text.length).toBeGreaterThan(3000);
      expect(text.length).toBeLessThan(4000);
      expect(text).toMatch(/"amount":\d+\.\d\d,/);
    }
  });

  test('plays the same accounts and amounts again for the same seed', () => {
    expect(play(7)).toEqual(play(7));
    expect(play(7)).not.toEqual(play(8));
  });
});

test('a webhook is an envelope of its elements as they are', () => {
  const { elements } = stream(3);
  const body = envelopeOf(elements);
  expect(JSON.parse(body)).toEqual({ transactions: elements.map(wireOf) });
  for (const { text } of elements) expect(body).toContain(text);
});

function parentOf({
  preceding_related_transaction_token: parent = '',
}: Pick<Wire, 'preceding_related_transaction_token'>) {
  return parent;
}
