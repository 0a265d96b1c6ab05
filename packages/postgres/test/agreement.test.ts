import { NOON_MS } from '@freeway/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recordAgreement, type Observation, type PlatformWord } from '../src/records/agreement.ts';
import { countDrift, readDrift } from '../src/records/agreement-list.ts';
import { verifyLedger } from '../src/invariants.ts';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { createWorlds, type Told, type World } from './record-world.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];
type Heard = readonly [token: string, told: Told, word: PlatformWord];

const auth = (amountMinor: bigint, held: bigint, at = 0): [Told, PlatformWord] => [
  { amountMinor, createdAtMs: NOON_MS + at },
  { ledgerBalanceMinor: held, availableBalanceMinor: 0n, impactedMinor: -amountMinor },
];

const cleared = (amountMinor: bigint, held: bigint, at: number, parent = 'a'): [Told, PlatformWord] => [
  { effect: 'clearing', parent, amountMinor, createdAtMs: NOON_MS + at, clearing: { isFinal: true } },
  { ledgerBalanceMinor: held, availableBalanceMinor: 0n, impactedMinor: -amountMinor },
];

const answer = (decisionId: string | undefined, status: number, timedOut = false): PlatformWord => ({
  answer: { ...(decisionId === undefined ? {} : { decisionId }), status, timedOut },
});

describe.skipIf(serverUrl === undefined)('agreement with the platform', () => {
  let database: TestDatabase;
  let worlds: ReturnType<typeof createWorlds>;
  let world: World;
  beforeAll(async () => {
    database = await openTestDatabase(serverUrl ?? '');
    worlds = createWorlds(database);
  });
  afterAll(async () => {
    // It moves no money.
    expect((await verifyLedger(database.postgres)).filter(({ ok }) => !ok)).toEqual([]);
    await database.close();
  });
  beforeEach(async () => {
    await database.postgres.sql`truncate drift, platform_balances`;
    world = await worlds.open();
  });

  /** Applies records, and compares them as the worker does: all together. */
  async function hear(...heard: readonly Heard[]) {
    const records = heard.map(([token, told]) => world.record(token, told));
    const applied = await worlds.ledger.applyRecords(records);
    return recordAgreement(
      database.postgres,
      heard.map(([, , word], nth): Observation => {
        const [record, result] = [records[nth], applied[nth]];
        if (record === undefined || result === undefined) throw new Error('a record was not applied');
        return { record, word, ...(result.accountId === undefined ? {} : { accountId: result.accountId }) };
      }),
    );
  }
  const drift = async () =>
    (await readDrift(database.postgres)).map(
      ({ kind, newest, first, times }) =>
        `${kind} ${newest.ours}/${newest.theirs} at ${newest.transactionToken.replace(`${world.name}-`, '')}, ` +
        `first ${first.ours}/${first.theirs} at ${first.transactionToken.replace(`${world.name}-`, '')}, ${times}x`,
    );

  test('records that say what we have leave nothing, and those that say nothing ask nothing', async () => {
    expect(await hear(['a', ...auth(1000n, 1000n)], ['b', ...auth(200n, 1200n, 1)])).toEqual([]);
    expect(await hear(['c', ...cleared(1000n, 200n, 2)])).toEqual([]);
    expect(await drift()).toEqual([]);
    const { queries } = database.postgres.statistics();
    expect(
      await recordAgreement(database.postgres, [{ record: world.record('d', { effect: 'credit' }), word: {} }]),
    ).toEqual([]);
    expect(database.postgres.statistics().queries).toBe(queries);
  });

  test('holds that differ are kept with their first cause, and a later record that agrees clears them', async () => {
    expect(await hear(['a', ...auth(1000n, 1500n)])).toMatchObject([
      { kind: 'holds', accountId: world.accountId, ours: '1000', theirs: '1500', isNew: true },
    ]);
    expect(await hear(['b', ...auth(100n, 1600n, 1)])).toMatchObject([{ ours: '1100', theirs: '1600', isNew: false }]);
    expect(await drift()).toEqual(['holds 1100/1600 at b, first 1000/1500 at a, 2x']);
    expect(await hear(['c', ...auth(100n, 1200n, 2)])).toEqual([]);
    expect(await drift()).toEqual([]);
  });

  test('what arrives late explains what was newer: the newest word counts, whenever it comes', async () => {
    await hear(['b', ...auth(100n, 1100n, 1)]);
    expect(await drift()).toEqual(['holds 100/1100 at b, first 100/1100 at b, 1x']);
    expect(await readDrift(database.postgres)).toMatchObject([
      { state: 'settling', account: { ownerToken: world.name } },
    ]);
    expect(await countDrift(database.postgres)).toMatchObject({ holds: 0 });
    await hear(['a', ...auth(1000n, 1000n, 0)]);
    expect(await drift()).toEqual([]);
    await hear(['b', ...auth(100n, 1100n, 1)]);
    expect(await drift()).toEqual([]);
  });

  test('one that lasts is counted', async () => {
    await hear(['a', ...auth(1000n, 1500n)]);
    await database.postgres.sql`update drift set since = since - interval '61 seconds'`;
    expect(await readDrift(database.postgres)).toMatchObject([{ state: 'lasting' }]);
    expect(await countDrift(database.postgres)).toEqual({ holds: 1, posted: 0, available: 0, answer: 0, amount: 0 });
  });

  test('of one second, the platform’s running number says which is newer', async () => {
    const [told, word] = auth(1000n, 1000n);
    await hear(['a', { ...told, identifier: '20' }, word]);
    await hear([
      'b',
      { ...told, amountMinor: 5n, identifier: '9' },
      { ...word, ledgerBalanceMinor: 5n, impactedMinor: -5n },
    ]);
    expect(await drift()).toEqual(['holds 1005/1000 at a, first 1005/1000 at a, 1x']);
  });

  test('an approval that no record has confirmed may be known there or not', async () => {
    await world.decide('own', 300n);
    await hear(['a', ...auth(500n, 500n)]);
    expect(await drift()).toEqual([]);
    await hear(['b', ...auth(100n, 900n, 1)]);
    expect(await drift()).toEqual([]);
    await hear(['c', ...auth(1n, 902n, 2)]);
    expect(await drift()).toEqual(['holds 901/902 at c, first 901/902 at c, 1x']);
    await hear(['d', ...auth(1n, 601n, 3)]);
    expect(await drift()).toEqual(['holds 902/601 at d, first 901/902 at c, 2x']);
    await hear(['own', { amountMinor: 300n, createdAtMs: NOON_MS - 1 }, {}]);
    expect(await drift()).toEqual(['holds 902/601 at d, first 901/902 at c, 2x']);
  });

  test.each<[string, Told, PlatformWord]>([
    [
      'an advice, whose impact is its new total',
      { effect: 'release', amountMinor: 5n },
      { ledgerBalanceMinor: 0n, impactedMinor: -995n },
    ],
    ['a release without a balance', { effect: 'release', amountMinor: 5n }, { impactedMinor: 5n }],
    ['a refusal', { outcome: 'refused' }, { ledgerBalanceMinor: 0n }],
    ['a single message', { effect: 'single', amountMinor: 10n }, { ledgerBalanceMinor: 0n, impactedMinor: -10n }],
  ])('after %s nobody knows what is held there', async (_, told, word) => {
    await hear(['a', ...auth(1000n, 1000n)]);
    const parent = told.effect === 'single' ? {} : { parent: 'a' };
    await hear(['then', { ...parent, ...told, createdAtMs: NOON_MS + 1 }, word]);
    expect(await drift()).toEqual([]);
    const [row] = await database.postgres.sql`select held_minor, transaction_token from platform_balances`;
    expect(row).toMatchObject({ held_minor: null, transaction_token: world.token('then') });
  });

  test('holds of another owner than the account’s are none of ours', async () => {
    const other = { kind: 'user', token: 'somebody-else' } as const;
    await world.decide('a');
    const [told, word] = auth(1000n, 4000n);
    await hear(['a', { ...told, owner: other }, word]);
    expect(await drift()).toEqual([]);
  });

  test('what a final record posts is compared with its impact, what is still open is not', async () => {
    await hear(
      ['a', ...auth(1000n, 1000n)],
      ['c', { ...cleared(1000n, 0n, 1)[0] }, { impactedMinor: -990n }],
      ['refund', { effect: 'credit', amountMinor: 50n }, { impactedMinor: -50n }],
      ['pin', { effect: 'single', amountMinor: 7n }, { impactedMinor: 7n }],
    );
    const found = await drift();
    expect(found).toHaveLength(1);
    // Of one moment: in any order.
    expect(['posted -1000/-990 at c', 'posted 50/-50 at refund']).toContain(found[0]?.split(',')[0]);
    expect(found[0]).toContain('2x');
  });

  test('a balance that is available there is kept until it is zero again', async () => {
    const [told, word] = auth(1000n, 1000n);
    await hear(['a', told, { ...word, availableBalanceMinor: 30n }]);
    expect(await drift()).toEqual(['available 0/30 at a, first 0/30 at a, 1x']);
    await hear(['b', ...auth(10n, 1010n, 1)]);
    expect(await drift()).toEqual([]);
  });

  const idOf = async (token: string) => {
    const [row] = await database.postgres
      .sql`select decision_id from decisions where transaction_token = ${world.token(token)}`;
    return row?.['decision_id'] as string;
  };
  test('the answer that it logged is compared with the one that we stored', async () => {
    await world.decide('a');
    await world.decline('no');
    const [approval, decline] = [await idOf('a'), await idOf('no')];
    await hear(['a', {}, answer(approval, 200)], ['no', { outcome: 'refused' }, answer(decline, 402)]);
    await hear(['a', {}, answer(undefined, 503)], ['no', { outcome: 'refused' }, answer(undefined, 200, true)]);
    await hear(['clearing', { effect: 'clearing', parent: 'a' }, answer('4711', 402)]);
    expect(await drift()).toEqual([]);
    await hear(['a', {}, answer(approval, 402)]);
    expect(await drift()).toEqual(['answer approved/declined at a, first approved/declined at a, 1x']);
    await hear(['no', { isStandIn: true }, answer(undefined, 200)]);
    expect(await drift()).toEqual(['answer declined/approved at no, first approved/declined at a, 2x']);
    await hear(['a', {}, answer('9999999999999999999', 200)]);
    expect(await drift()).toEqual([
      `answer decision ${approval}/decision 9999999999999999999 at a, first approved/declined at a, 3x`,
    ]);
    await hear(['never', {}, answer('4711', 200)]);
    expect((await drift())[0]).toContain('answer none/decision 4711 at never');
  });

  test('*confirmation resizes*: what it confirms is compared with what we approved', async () => {
    await world.decide('a', 800n);
    await hear(['a', { amountMinor: 800n }, {}], ['refused', { outcome: 'refused', amountMinor: 5n }, {}]);
    expect(await drift()).toEqual([]);
    await hear(['a', { amountMinor: 900n, createdAtMs: NOON_MS + 1 }, {}]);
    expect(await drift()).toEqual(['amount 800/900 at a, first 800/900 at a, 1x']);
  });

  test('the same record again is no second difference', async () => {
    await world.decide('a', 800n);
    for (let n = 0; n < 3; n++)
      await hear(['a', { amountMinor: 900n }, { impactedMinor: -900n, ledgerBalanceMinor: 1n }]);
    expect(await drift()).toEqual([
      'amount 800/900 at a, first 800/900 at a, 1x',
      'holds 900/1 at a, first 900/1 at a, 1x',
    ]);
  });

  test('what nobody has an account for is compared as far as it can be', async () => {
    const owner = { kind: 'user', token: 'nobody' } as const;
    await hear([
      'lost',
      { owner, effect: 'clearing', amountMinor: 10n },
      { impactedMinor: -11n, ledgerBalanceMinor: 5n },
    ]);
    expect(await drift()).toEqual(['posted -10/-11 at lost, first -10/-11 at lost, 1x']);
  });
});
