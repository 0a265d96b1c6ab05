import { describe, expect, it } from 'vitest';
import { accountKey } from '../src/book.ts';
import { buildProgramme, createModel, DEFAULT_MIX } from '../src/index.ts';
import { createRandom } from '../src/random.ts';
import { createTraffic } from '../src/traffic.ts';
import { NOON } from './fixture.ts';
import type { Planned } from '../src/traffic.ts';
import type { TrafficMix } from '../src/index.ts';

const programme = buildProgramme({ seed: 3, users: 400 });

/** Plays against answers that are always as predicted. */
function plan(seed: string, count: number, mix: TrafficMix = DEFAULT_MIX, isBusy = (_key: string) => false): Planned[] {
  const model = createModel(programme);
  const traffic = createTraffic({ programme, model, random: createRandom(seed), mix, isBusy });
  const planned: Planned[] = [];
  for (let i = 0; i < count; i++) {
    const next = traffic.next(NOON + i);
    if (next === undefined) continue;
    planned.push(next);
    const prediction = model.predict(next.message);
    model.settle(next.message, prediction, prediction);
    traffic.answered(next, { status: prediction.status, body: `answer ${i}` });
  }
  return planned;
}

describe('traffic', () => {
  it('is the same for the same seed, and another for another', () => {
    const first = plan('a', 500);
    expect(plan('a', 500)).toEqual(first);
    const tokens = new Set(first.map(({ message }) => message.messageToken));
    expect(plan('b', 500).some(({ message }) => tokens.has(message.messageToken))).toBe(false);
  });

  it('plays everything in the mix, about as often as it says', () => {
    const plays = Map.groupBy(plan('mix', 8_000), ({ play }) => play);
    expect([...plays.keys()].toSorted()).toEqual(Object.keys(DEFAULT_MIX).toSorted());
    const authorizations = plays.get('authorization')?.length ?? 0;
    expect(authorizations / 8_000).toBeGreaterThan(0.5);
    expect(authorizations / 8_000).toBeLessThan(0.75);
  });

  it('prefers a few cards', () => {
    const byCard = Map.groupBy(plan('skew', 3_000), ({ message }) => message.cardToken);
    const top = [...byCard.values()].map(({ length }) => length).toSorted((a, b) => b - a);
    expect(top[0]).toBeGreaterThan(3 * (3_000 / programme.cards.length));
  });

  it('never takes an account that is busy', () => {
    const busy = new Set(
      programme.accounts
        .filter((_account, index) => index % 2 === 0)
        .map(({ owner, currency }) => accountKey(owner, currency)),
    );
    const planned = plan('busy', 1_000, DEFAULT_MIX, (key) => busy.has(key));
    const taken = planned.map(({ message }) => accountKey(message.payer, message.currency));
    expect(planned.length).toBeGreaterThan(900);
    expect(taken.filter((key) => busy.has(key))).toEqual([]);
  });

  it('gives an arrival up when every account is busy', () => {
    expect(plan('all', 100, DEFAULT_MIX, () => true).map(({ play }) => play)).toEqual([]);
  });

  it('repeats the very same body, retells with a new JIT token, and reuses with another amount', () => {
    const planned = plan('again', 5_000);
    const bodies = new Map(
      planned
        .filter(({ play }) => play !== 'repeat' && play !== 'token_reuse')
        .map(({ message, body }) => [message.messageToken, body]),
    );
    const repeats = planned.filter(({ play }) => play === 'repeat');
    expect(repeats.length).toBeGreaterThan(50);
    for (const { message, body, repeatOf } of repeats) {
      expect(bodies.get(message.messageToken)).toBe(body);
      expect(repeatOf?.body).toMatch(/^answer /);
    }
    const byTransaction = Map.groupBy(planned, ({ message }) => message.transactionToken);
    for (const { play, message } of planned) {
      const first = byTransaction.get(message.transactionToken)?.[0]?.message;
      if (play === 'new_message') expect(first?.messageToken).not.toBe(message.messageToken);
      if (play === 'token_reuse') expect(first?.amountText).not.toBe(message.amountText);
    }
  });

  it('finds the limit: the largest amount approved, one unit more refused', () => {
    const none = Object.fromEntries(Object.keys(DEFAULT_MIX).map((play) => [play, 0])) as unknown as TrafficMix;
    const model = createModel(programme);
    const trial = (play: 'at_limit' | 'over_limit') => {
      const random = createRandom('limit');
      const traffic = createTraffic({ programme, model, random, mix: { ...none, [play]: 1 }, isBusy: () => false });
      const planned = Array.from({ length: 300 }, () => traffic.next(NOON)!);
      return planned.map(({ message }) => model.predict(message)).filter(({ status }) => status === 200).length;
    };
    expect(trial('over_limit')).toBe(0);
    expect(trial('at_limit')).toBeGreaterThan(250);
  });
});
