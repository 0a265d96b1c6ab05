import { describe, expect, it } from 'vitest';
import { buildProgramme, importRecords } from '../src/index.ts';

describe('programme', () => {
  const programme = buildProgramme({ seed: 7, users: 3_000 });

  it('is the same for the same seed and another for another', () => {
    expect(buildProgramme({ seed: 7, users: 3_000 })).toEqual(programme);
    const other = buildProgramme({ seed: 8, users: 3_000 });
    const tokens = new Set([...programme.users, ...programme.cards].map(({ token }) => token));
    expect([...other.users, ...other.cards].filter(({ token }) => tokens.has(token))).toEqual([]);
  });

  it('holds every kind of owner, card, account and limit that traffic is meant to meet', () => {
    const { accounts, cards, users, businesses, limits } = programme;
    expect(users).toHaveLength(3_000);
    expect(businesses.length).toBeGreaterThan(0);
    expect(new Set(accounts.map(({ currency }) => currency))).toEqual(new Set(['USD', 'EUR', 'JPY', 'KWD']));
    expect(new Set(accounts.map(({ state }) => state))).toEqual(new Set(['open', 'frozen', 'closing', 'closed']));
    expect(new Set(cards.map(({ state }) => state))).toEqual(
      new Set(['active', 'suspended', 'terminated', 'unactivated']),
    );
    expect(new Set(cards.map(({ block }) => block)).size).toBe(5);
    expect(new Set(users.map(({ state }) => state))).toEqual(new Set(['active', 'suspended', 'closed', 'limited']));
    expect(users.some(({ blocked }) => blocked)).toBe(true);
    expect(cards.some(({ expires }) => expires < '2025')).toBe(true);
    expect(cards.some(({ payer }) => payer.kind === 'business')).toBe(true);
    expect(cards.some(({ payer, userToken }) => payer.kind === 'user' && payer.token !== userToken)).toBe(true);
    expect(new Set(limits.map(({ subject }) => subject.kind))).toEqual(
      new Set(['card', 'user', 'business', 'account']),
    );
    expect(new Set(limits.map(({ window }) => window))).toEqual(new Set(['transaction', 'day', 'month']));
  });

  it('pays every card from an account that exists, in the card currency', () => {
    const accounts = new Set(
      programme.accounts.map(({ owner, currency }) => `${owner.kind} ${owner.token} ${currency}`),
    );
    expect(accounts.size).toBe(programme.accounts.length);
    const lost = programme.cards.filter(
      ({ payer, currency }) => !accounts.has(`${payer.kind} ${payer.token} ${currency}`),
    );
    expect(lost).toEqual([]);
  });

  it('keeps the most popular cards usable', () => {
    const odd = programme.cards.slice(0, 15).filter((card) => card.state !== 'active' || card.block !== undefined);
    expect(odd).toEqual([]);
  });

  it('opens closed accounts empty', () => {
    const closed = programme.accounts.filter(({ state }) => state === 'closed');
    expect(closed.every(({ openingMinor }) => openingMinor === 0n)).toBe(true);
  });
});

describe('import records', () => {
  const records = [...importRecords(buildProgramme({ seed: 1, users: 2_000 }))] as Record<string, unknown>[];
  const ofType = (type: string) => records.filter((record) => record['type'] === type);
  const members = (type: string) => [...new Set(ofType(type).flatMap(Object.keys))].toSorted();

  it('come as owners, accounts, cards, limits, with tokens used once', () => {
    const types = records.map((record) => record['type']);
    expect(types.filter((type, index) => type !== types[index - 1])).toEqual([
      'user',
      'business',
      'account',
      'card',
      'limit',
    ]);
    const tokens = records.flatMap(({ type, token }) =>
      token === undefined ? [] : [`${String(type)} ${String(token)}`],
    );
    expect(new Set(tokens).size).toBe(tokens.length);
    expect(records.every(({ token }) => token === undefined || String(token).length <= 36)).toBe(true);
  });

  it('have exactly the members of the import format', () => {
    expect(members('user')).toEqual(['blocked', 'state', 'token', 'type']);
    expect(members('business')).toEqual(['state', 'token', 'type']);
    expect(members('account')).toEqual([
      'business',
      'credit_line',
      'currency',
      'opening_balance',
      'state',
      'type',
      'user',
    ]);
    expect(members('card')).toEqual([
      'block',
      'blocked_categories',
      'business',
      'expires',
      'state',
      'token',
      'type',
      'user',
    ]);
    expect(members('limit')).toEqual([
      'account',
      'business',
      'card',
      'currency',
      'max_amount',
      'max_count',
      'token',
      'type',
      'user',
      'window',
    ]);
  });

  it('write money as text with the decimals of the currency', () => {
    const decimals = { USD: /^\d+\.\d{2}$/, EUR: /^\d+\.\d{2}$/, JPY: /^\d+$/, KWD: /^\d+\.\d{3}$/ };
    for (const account of ofType('account')) {
      expect(account['opening_balance']).toMatch(decimals[account['currency'] as keyof typeof decimals]);
    }
  });

  it('survive JSON, one line each', () => {
    for (const record of records) expect(JSON.parse(JSON.stringify(record))).toEqual(record);
  });
});
