import { NOON_MS } from '@freeway/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { creditAccount } from '../src/operator/credit-account.ts';
import { readSettlement, type SettlementLine, sumSettledBooks } from '../src/records/settlement.ts';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { createWorlds, ME, type Told, type World } from './record-world.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

const on = (settlementDate: string, network = 'VISA'): Told => ({ settlement: { settlementDate, network } });
const clearing = (amountMinor: bigint, rest: Told): Told => ({ effect: 'clearing', amountMinor, ...rest });
const credit = (amountMinor: bigint, rest: Told): Told => ({ effect: 'credit', amountMinor, ...rest });
const shown = (line: SettlementLine) =>
  [
    line.settlementDate ?? '-',
    line.network ?? '-',
    line.currency,
    line.book,
    `${line.transactions}: ${line.debitsMinor} - ${line.creditsMinor} = ${line.netMinor}`,
  ].join(' ');

describe.skipIf(serverUrl === undefined)('settlement', () => {
  let database: TestDatabase;
  let world: World;
  const today = new Date().toISOString().slice(0, 10);

  beforeAll(async () => {
    database = await openTestDatabase(serverUrl ?? '');
    const worlds = createWorlds(database);
    world = await worlds.open();
    const dollars = await worlds.open('USD');
    await world.tell(
      ['c-1', clearing(1000n, on('2026-03-15'))],
      ['c-2', clearing(500n, on('2026-03-15'))],
      ['refund', credit(300n, on('2026-03-15'))],
      ['c-3', clearing(70n, on('2026-03-15', 'MASTERCARD'))],
      ['c-4', clearing(20n, on('2026-03-16'))],
      ['undated', clearing(9n, {})],
      // The platform's last word is 400: booked as 600, and corrected.
      ['corrected', clearing(600n, on('2026-03-17'))],
      ['corrected', clearing(400n, { ...on('2026-03-17'), createdAtMs: NOON_MS + 1 })],
      ['undone', clearing(80n, on('2026-03-17'))],
      ['undone', clearing(80n, { ...on('2026-03-17'), outcome: 'refused', createdAtMs: NOON_MS + 1 })],
      [
        'dispute',
        { effect: 'dispute_provisional_credit', counterpart: 'disputes', amountMinor: 500n, ...on('2026-03-16') },
      ],
      ['deposit', { effect: 'credit', counterpart: 'funding', amountMinor: 5000n, ...on('2026-03-16') }],
    );
    await dollars.tell(['c-1', clearing(111n, on('2026-03-15'))]);
    await creditAccount(
      database.postgres,
      {
        owner: world.owner,
        currency: 'EUR',
        amount: '0.50',
        idempotencyKey: 'k',
        reason: 'r',
        counterpart: 'settlement',
      },
      ME,
    );
  });
  afterAll(() => database.close());

  const dated = async (date: string) => (await readSettlement(database.postgres, { date })).map(shown);
  const dates = async (last: number) =>
    (await readSettlement(database.postgres, { last })).map((line) => line.settlementDate ?? '-');

  test('is gross and net by date, network and currency; disputes apart; what names no date on a line of its own', async () => {
    const lines = await readSettlement(database.postgres, { all: true });
    expect(lines.map(shown)).toEqual([
      '2026-03-17 VISA EUR settlement 1: 400 - 0 = 400',
      '2026-03-16 VISA EUR disputes 1: 0 - 500 = -500',
      '2026-03-16 VISA EUR settlement 1: 20 - 0 = 20',
      '2026-03-15 MASTERCARD EUR settlement 1: 70 - 0 = 70',
      '2026-03-15 VISA EUR settlement 3: 1500 - 300 = 1200',
      '2026-03-15 VISA USD settlement 1: 111 - 0 = 111',
      '- - EUR settlement 2: 9 - 50 = -41',
    ]);
  });

  test('ties to the entries', async () => {
    const lines = await readSettlement(database.postgres, { all: true });
    const books = await sumSettledBooks(database.postgres);
    expect(books).toHaveLength(3);
    for (const { book, currency, netMinor } of books) {
      const own = lines.filter((line) => line.book === book && line.currency === currency);
      expect(own.reduce((sum, line) => sum + line.netMinor, 0n)).toBe(netMinor);
    }
  });

  test('of one date, with what was booked that day and names none', async () => {
    expect(await dated('2026-03-16')).toEqual([
      '2026-03-16 VISA EUR disputes 1: 0 - 500 = -500',
      '2026-03-16 VISA EUR settlement 1: 20 - 0 = 20',
    ]);
    expect(await dated('2026-03-01')).toEqual([]);
    expect(await dated(today)).toEqual(['- - EUR settlement 2: 9 - 50 = -41']);
  });

  test('of the newest dates that there are, with what names none since then', async () => {
    expect([...new Set(await dates(2))]).toEqual(['2026-03-17', '2026-03-16', '-']);
    expect([...new Set(await dates(7))]).toEqual(['2026-03-17', '2026-03-16', '2026-03-15', '-']);
  });
});
