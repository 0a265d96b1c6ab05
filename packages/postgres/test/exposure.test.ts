import { NOON_MS } from '@freeway/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Exposure, readExposure } from '../src/records/exposure.ts';
import { resolveException } from '../src/records/exceptions-resolve.ts';
import { findExceptionIds } from '../src/records/exceptions.ts';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { createWorlds, ME, type World } from './record-world.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];
const clearing = { effect: 'clearing', isCompleted: true, parent: 'auth' } as const;

describe.skipIf(serverUrl === undefined)('exposure', () => {
  let database: TestDatabase;
  let worlds: ReturnType<typeof createWorlds>;
  beforeAll(async () => {
    database = await openTestDatabase(serverUrl ?? '');
    worlds = createWorlds(database);
  });
  afterAll(() => database.close());

  const CURRENCIES = ['EUR', 'USD', 'GBP', 'SEK', 'NOK', 'DKK', 'PLN', 'CHF'];
  /** A world whose currency nobody else uses: exposure is by currency. */
  const openWorld = async (): Promise<{ world: World; exposure: (days?: number) => Promise<Exposure | undefined> }> => {
    const currency = CURRENCIES.shift() ?? '';
    return {
      world: await worlds.open(currency),
      exposure: async (days = 30) =>
        (await readExposure(database.postgres, { days })).find((each) => each.currency === currency),
    };
  };
  const none = { count: 0, amountMinor: 0n };

  test('what was approved in our place is open until it is posted', async () => {
    const { world, exposure } = await openWorld();
    await world.tell(
      ['auth', { isStandIn: true, amountMinor: 700n }],
      ['other', { isStandIn: true, amountMinor: 100n }],
    );
    expect((await exposure())?.stoodIn).toEqual({ open: { count: 2, amountMinor: 800n }, posted: none });
    await world.tell(['clearing', { ...clearing, amountMinor: 600n, clearing: { isFinal: true } }]);
    expect((await exposure())?.stoodIn).toEqual({
      open: { count: 1, amountMinor: 100n },
      posted: { count: 1, amountMinor: 600n },
    });
  });

  test('what was forced beyond our approvals is told by how, for the period; what was explained is not', async () => {
    const { world, exposure } = await openWorld();
    await world.decide('auth', 500n);
    await world.tell(
      ['over', { ...clearing, amountMinor: 620n }],
      ['again', { ...clearing, amountMinor: 30n, createdAtMs: NOON_MS + 1 }],
      ['forced', { effect: 'clearing', amountMinor: 45n }],
      ['early', { ...clearing, parent: 'unseen', amountMinor: 7n }],
    );
    const forced = {
      clearedBeyondHold: { count: 1, amountMinor: 120n },
      clearedWithoutHold: { count: 1, amountMinor: 30n },
      forcePosts: { count: 1, amountMinor: 45n },
    };
    expect(await exposure()).toMatchObject({ forced, exceptions: { count: 3, amountMinor: 157n } });
    const [id] = await findExceptionIds(database.postgres, { transactionToken: world.token('over') });
    await resolveException(database.postgres, worlds.ledger, id ?? '', { note: 'a tip' }, ME);
    expect(await exposure()).toMatchObject({ forced, exceptions: { count: 2, amountMinor: 37n } });
    await world.tell(['more', { effect: 'increment', parent: 'auth', amountMinor: 150n }]);
    expect(await exposure()).toMatchObject({ forced: { clearedBeyondHold: { count: 1 }, clearedWithoutHold: none } });
    await database.postgres.sql`update records set received_at = now() - interval '3 days'`;
    expect((await exposure(2))?.forced.forcePosts).toEqual(none);
    expect((await exposure(4))?.forced.forcePosts).toEqual({ count: 1, amountMinor: 45n });
  });

  test('open approvals that nobody has confirmed are told by age', async () => {
    const { world, exposure } = await openWorld();
    const ages = ['0 s', '5 minutes', '50 minutes', '5 hours', '3 days'];
    for (const [nth, age] of ages.entries()) {
      await world.decide(`auth-${nth}`, 100n + BigInt(nth), nth === 4 ? 'expected_credit' : 'hold');
      await database.postgres.sql`
        update decisions set decided_at = decided_at - ${age}::interval where transaction_token = ${world.token(`auth-${nth}`)}`;
    }
    expect((await exposure())?.unconfirmed).toEqual([
      { age: '1: under a minute', count: 1, amountMinor: 100n },
      { age: '2: under 10 minutes', count: 1, amountMinor: 101n },
      { age: '3: under an hour', count: 1, amountMinor: 102n },
      { age: '4: under a day', count: 1, amountMinor: 103n },
      { age: '5: a day or more', count: 1, amountMinor: 104n },
    ]);
    await world.tell(
      ['auth-1', { amountMinor: 101n }],
      ['auth-4', { effect: 'expected_credit', amountMinor: 104n }],
      ['auth-3', { outcome: 'refused' }],
    );
    expect((await exposure())?.unconfirmed.map(({ age }) => age)).toEqual(['1: under a minute', '3: under an hour']);
  });

  test('an increment is confirmed by itself and not by what it follows', async () => {
    const { world, exposure } = await openWorld();
    await world.decide('auth', 200n);
    await world.tell(['auth', { amountMinor: 200n }]);
    expect((await exposure())?.unconfirmed ?? []).toEqual([]);
    await database.postgres.sql`
      update decisions set confirmed = false where transaction_token = ${world.token('auth')}`;
    expect((await exposure())?.unconfirmed).toMatchObject([{ count: 1, amountMinor: 200n }]);
  });

  test('accounts below zero, with the worst; suspense apart', async () => {
    const { world, exposure } = await openWorld();
    const [currency] = (
      await database.postgres.sql`select currency from accounts where account_id = ${world.accountId}`
    ).map((row) => row['currency'] as string);
    const other = await worlds.open(currency);
    await world.tell(['forced', { effect: 'clearing', amountMinor: 1100n }]);
    await other.tell(['forced', { effect: 'clearing', amountMinor: 1900n }]);
    await world.tell(
      ['lost', { effect: 'clearing', amountMinor: 55n, owner: { kind: 'user', token: 'nobody' } }],
      ['held', { amountMinor: 33n, owner: { kind: 'user', token: 'nobody' } }],
      ['promised', { effect: 'expected_credit', amountMinor: 11n, owner: { kind: 'user', token: 'nobody' } }],
    );
    expect(await exposure()).toMatchObject({
      negativeAccounts: {
        count: 2,
        amountMinor: -1000n,
        worst: { ownerKind: 'user', ownerToken: other.name, availableMinor: -900n },
      },
      suspense: { postedMinor: -55n, heldMinor: 33n, pendingCreditMinor: 11n },
      exceptions: { count: 3 },
    });
  });
});
