// money.md *below zero*: what brought an account there is named, with its transaction; anything else is a violation.
import { buildRecord, NOON_MS } from '@freeway/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyLedger } from '../src/invariants.ts';
import { debitAccount } from '../src/operator/debit-account.ts';
import { importRecords } from '../src/operator/import/import-records.ts';
import { setCreditLine } from '../src/operator/set-credit-line.ts';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { createWorlds, ME, type World } from './record-world.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

const clearing = { effect: 'clearing', isCompleted: true, parent: 'auth' } as const;

describe.skipIf(serverUrl === undefined)('accounts below zero', () => {
  let database: TestDatabase;
  let worlds: ReturnType<typeof createWorlds>;
  beforeAll(async () => {
    database = await openTestDatabase(serverUrl ?? '');
    worlds = createWorlds(database);
  });
  afterAll(() => database.close());

  /** What is said of the account: its cause and transaction, `violated`, or nothing where it is not below zero. */
  const causeOf = async ({ name }: World) => {
    const found = (await verifyLedger(database.postgres)).find(
      (each) => each.name === 'negative_accounts_have_a_cause',
    );
    const isOurs = (each: Readonly<Record<string, unknown>>) => each['owner_token'] === name;
    if (found?.violations.some(isOurs)) return 'violated';
    const row = found?.listed.find(isOurs);
    return row && `${row['cause'] as string} ${row['transaction_token'] as string}`.replaceAll(/world-\d+-/g, '');
  };

  const CAUSES: readonly (readonly [cause: string, story: (world: World) => Promise<unknown>])[] = [
    [
      'over-clearing clearing',
      async (world) => {
        await world.decide('auth');
        await world.tell(['clearing', { ...clearing, amountMinor: 1500n }]);
      },
    ],
    [
      'clearing without a hold late',
      async (world) => {
        await world.decide('auth');
        await world.tell(
          ['expiry', { effect: 'expiry', parent: 'auth' }],
          ['late', { ...clearing, amountMinor: 1500n, createdAtMs: NOON_MS + 1 }],
        );
      },
    ],
    [
      'clearing before its authorization clearing',
      (world) => world.tell(['clearing', { ...clearing, amountMinor: 1500n }]),
    ],
    ['force post clearing', (world) => world.tell(['clearing', { effect: 'clearing', amountMinor: 1500n }])],
    ['stand-in auth', (world) => world.tell(['auth', { isStandIn: true, amountMinor: 1500n }])],
    ['approved in our place auth', (world) => world.tell(['auth', { amountMinor: 1500n }])],
    [
      'approved in our place dollars',
      async (world) => {
        const dollars = await worlds.open('USD');
        await dollars.decide('dollars');
        const record = { owner: world.owner, transactionToken: dollars.token('dollars'), amountMinor: 1500n };
        await worlds.ledger.applyRecords([buildRecord(record)]);
      },
    ],
    [
      'approved for another account other',
      async (world) => {
        const other = await worlds.open();
        await world.decide('auth', 1n);
        await other.decide('other', 1000n);
        const follows = { parentTransactionTokens: [world.token('auth')], parentMessageTokens: [] };
        await worlds.ledger.applyRecords([
          world.record('auth', { amountMinor: 1n }),
          buildRecord({
            effect: 'increment',
            transactionToken: other.token('other'),
            links: follows,
            owner: world.owner,
          }),
        ]);
      },
    ],
    [
      'raised by the platform auth',
      async (world) => {
        await world.decide('auth');
        await world.tell(['auth', { amountMinor: 1500n }]);
      },
    ],
    [
      'raised by the platform advice',
      async (world) => {
        await world.decide('auth');
        await world.tell(['advice', { effect: 'advice', amountMinor: 1500n, parent: 'auth' }]);
      },
    ],
    [
      'raised by the platform single',
      async (world) => {
        await world.decide('single');
        await world.tell(['single', { effect: 'single', isCompleted: true, amountMinor: 1500n }]);
      },
    ],
    ['debit adjustment debit', (world) => world.tell(['debit', { effect: 'debit', amountMinor: 1500n }])],
    [
      'reversed credit reversal',
      async (world) => {
        await world.tell(['credit', { effect: 'credit', amountMinor: 500n }]);
        await world.decide('auth', 1200n);
        await world.tell(['reversal', { effect: 'credit_reversal', amountMinor: 500n, parent: 'credit' }]);
      },
    ],
    [
      'dispute credit taken back back',
      async (world) => {
        const dispute = { caseToken: 'case', creditsCardholder: true };
        const given = { effect: 'dispute_provisional_credit', counterpart: 'disputes', dispute } as const;
        await world.tell(['given', { ...given, amountMinor: 500n }]);
        await world.decide('auth', 1200n);
        const back = { ...given, effect: 'dispute_take_back', createdAtMs: NOON_MS + 1, parent: 'given' } as const;
        await world.tell(['back', { ...back, amountMinor: 500n }]);
      },
    ],
    [
      'changed by a later record credit',
      async (world) => {
        await world.tell(['credit', { effect: 'credit', amountMinor: 500n }]);
        await world.decide('auth', 1200n);
        await world.tell(['credit', { effect: 'credit', outcome: 'refused', createdAtMs: NOON_MS + 1 }]);
      },
    ],
    [
      'changed by a later record auth',
      async (world) => {
        await world.decide('auth');
        await world.tell(['auth', { amountMinor: 100n }]);
        await world.decide('other', 900n);
        await world.tell(['auth', { amountMinor: 1000n, createdAtMs: NOON_MS + 1 }]);
      },
    ],
    [
      'approved after its records auth',
      async (world) => {
        await world.tell(['clearing', { ...clearing, effect: 'release', amountMinor: 1n, isFullReversal: false }]);
        await world.decide('auth', 1500n);
        await worlds.ledger.refold(10);
      },
    ],
    [
      'imported authorization auth',
      async (world) => {
        const content = {
          type: 'authorization',
          transaction_token: world.token('auth'),
          user: world.name,
          currency: 'EUR',
          amount_left: '15',
          occurred_at: '2026-03-01T12:00:00Z',
        };
        await importRecords(database.postgres, () => [{ line: 1, content }], { actor: ME, source: 'test' });
        await world.tell(['clearing', { ...clearing, amountMinor: 1500n }]);
      },
    ],
    [
      'forced debit null',
      ({ owner }) =>
        debitAccount(
          database.postgres,
          { owner, currency: 'EUR', amount: '20', idempotencyKey: 'key', reason: 'reason', force: true },
          ME,
        ),
    ],
    [
      'credit line lowered by force null',
      async (world) => {
        const line = { owner: world.owner, currency: 'EUR', force: true };
        await setCreditLine(database.postgres, { ...line, creditLine: '10' }, ME);
        await world.decide('auth', 1500n);
        await setCreditLine(database.postgres, { ...line, creditLine: '0' }, ME);
      },
    ],
  ];

  test.each(CAUSES.map(([cause, story]) => ({ cause, story })))('$cause', async ({ cause, story }) => {
    const world = await worlds.open();
    await story(world);
    expect(await causeOf(world)).toBe(cause);
  });

  test('is no matter of records alone: those of another account are no cause, and those that take nothing neither', async () => {
    const [world, other] = [await worlds.open(), await worlds.open()];
    await other.tell(['clearing', { effect: 'clearing', amountMinor: 1500n }]);
    await world.decide('auth');
    await world.tell(['auth', { amountMinor: 1000n }], ['clearing', { ...clearing, amountMinor: 1000n }]);
    expect(await causeOf(world)).toBeUndefined();
    await database.postgres
      .sql`update accounts set posted_minor = posted_minor - 1 where owner_token = ${world.owner.token}`;
    expect(await causeOf(world)).toBe('violated');
  });

  test('*nobody’s money*: suspense is below zero by what is listed', async () => {
    await worlds.ledger.applyRecords([
      buildRecord({ effect: 'clearing', owner: { kind: 'user', token: 'nobody' }, transactionToken: 'lost' }),
    ]);
    const found = (await verifyLedger(database.postgres)).find(({ name }) => name === 'negative_accounts_have_a_cause');
    expect(found?.listed).toContainEqual(
      expect.objectContaining({ owner_kind: 'system', cause: "nobody's money", transaction_token: 'lost' }),
    );
  });
});
