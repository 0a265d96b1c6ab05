// A database of any earlier schema, with what that schema's own commit stored in it, is brought to the present one: nothing is
// lost, nothing is wrong, and a repeat still finds its first answer. And what the release before sends is still understood.
import { buildProposal } from '@freeway/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { authorizeBatch } from '../src/authorize-statement.ts';
import type { Sql } from '../src/connect.ts';
import { verifyLedger } from '../src/invariants.ts';
import { migrate } from '../src/migrate.ts';
import { commit0017 } from './released/commit-0017.ts';
import { commitBeforeSums } from './released/commit-before-sums.ts';
import { type Committed, fingerprintOf, type Purchase } from './released/purchase.ts';
import {
  type EarlierDatabase,
  FILES,
  FIRST_RELEASE,
  heldOf,
  openEarlierDatabase,
  openPayer,
  type Payer,
} from './upgrade-world.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

type Commit = (sql: Sql, purchase: Purchase) => Promise<Committed>;

const upTo = (last: string): readonly string[] => FILES.filter((name) => name <= last);
const AT_FIRST = commitBeforeSums({ knowsCreation: false });
const AFTER_RECORDS = commitBeforeSums({ knowsCreation: true });

/** Every file after the first release is one that some database does not have yet. */
const LATER = FILES.filter((name) => !FIRST_RELEASE.includes(name));

const SCHEMAS: readonly (readonly [string, readonly string[], Commit])[] = [
  ['0006_void.sql', upTo('0006_void.sql'), AT_FIRST],
  ['0012_commit.sql', upTo('0012_commit.sql'), AFTER_RECORDS],
  ['0015_transitions.sql', upTo('0015_transitions.sql'), AFTER_RECORDS],
  ['the first release', FIRST_RELEASE, commit0017],
  ...LATER.map(
    (name) =>
      [
        `what was before ${name}`,
        FILES.filter((each) => each < name || FIRST_RELEASE.includes(each)),
        commit0017,
      ] as const,
  ),
];

const purchasesOf = (payer: Payer): readonly Purchase[] => [
  { ...payer, token: 'one', amountMinor: 1000 },
  { ...payer, token: 'two', amountMinor: 250 },
  { ...payer, token: 'none', amountMinor: 99, refused: 'card_lost' },
];

/** The same transaction, as the present code would send it. */
const asProposal = (purchase: Purchase) =>
  buildProposal({
    accountId: purchase.accountId,
    chainToken: purchase.token,
    request: {
      transactionToken: purchase.token,
      messageToken: `m-${purchase.token}`,
      amountMinor: BigInt(purchase.amountMinor),
      fingerprint: fingerprintOf(purchase),
      owner: { kind: 'user', token: purchase.ownerToken },
    },
  });

describe.skipIf(serverUrl === undefined)('upgrade', () => {
  const databases: EarlierDatabase[] = [];
  afterEach(async () => {
    await Promise.all(databases.splice(0).map((database) => database.close()));
  });
  const openAt = async (files: readonly string[]): Promise<EarlierDatabase> => {
    const database = await openEarlierDatabase(serverUrl ?? '', files);
    databases.push(database);
    return database;
  };

  it.each(SCHEMAS)('from %s, with what was decided there', async (_, files, commit) => {
    const { postgres } = await openAt(files);
    const payer = await openPayer(postgres, 'ada');
    const purchases = purchasesOf(payer);
    const before: Committed[] = [];
    for (const purchase of purchases) before.push(await commit(postgres.sql, purchase));
    expect(before.map(({ status, approved }) => `${status} ${approved}`)).toEqual([
      'committed true',
      'committed true',
      'committed false',
    ]);

    const { applied } = await migrate(postgres);
    expect(applied).toEqual(FILES.filter((name) => !files.includes(name)));

    const repeats = await authorizeBatch(postgres.sql, purchases.map(asProposal));
    expect(
      repeats.map((result) =>
        'decision' in result
          ? {
              status: result.status,
              decisionId: result.decision.decisionId,
              approved: result.decision.outcome === 'approve',
            }
          : result,
      ),
    ).toEqual(before.map((committed) => ({ ...committed, status: 'repeat' })));
    expect(await heldOf(postgres, payer.accountId)).toBe(1250);
    const [more] = await authorizeBatch(postgres.sql, [asProposal({ ...payer, token: 'three', amountMinor: 5 })]);
    expect(more).toMatchObject({ status: 'committed', decision: { outcome: 'approve' } });
    expect((await verifyLedger(postgres)).filter(({ ok }) => !ok)).toEqual([]);
  });

  it('a gateway of the first release commits to the present schema, beside one of this release', async () => {
    const { postgres } = await openAt(FILES);
    const payer = await openPayer(postgres, 'ada');
    const [one, two, refused] = purchasesOf(payer) as [Purchase, Purchase, Purchase];
    const old = [await commit0017(postgres.sql, one), await commit0017(postgres.sql, refused)];
    expect(old.map(({ status, approved }) => `${status} ${approved}`)).toEqual(['committed true', 'committed false']);
    const [ours] = await authorizeBatch(postgres.sql, [asProposal(two)]);
    // each finds what the other has stored
    expect(await commit0017(postgres.sql, two)).toMatchObject({
      status: 'repeat',
      decisionId: ours !== undefined && 'decision' in ours ? ours.decision.decisionId : '',
    });
    expect(await authorizeBatch(postgres.sql, [asProposal(one)])).toMatchObject([{ status: 'repeat' }]);
    expect(await heldOf(postgres, payer.accountId)).toBe(1250);
    expect((await verifyLedger(postgres)).filter(({ ok }) => !ok)).toEqual([]);
  });
});
