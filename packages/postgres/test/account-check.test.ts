// The part of `freeway verify` that can be checked account by account while the ledger runs.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BY_KEY_SESSION } from '../src/by-key-session.ts';
import type { Postgres } from '../src/connect.ts';
import { type AccountInvariant, checkAccounts, lastAccountId } from '../src/invariants/account-check.ts';
import { verifyLedger } from '../src/invariants.ts';
import { openAccount } from '../src/operator/open-account.ts';
import { putOwner } from '../src/operator/put-owner.ts';
import { openSuspenseAccounts } from '../src/records/suspense.ts';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

describe.skipIf(serverUrl === undefined)('the books of an account', () => {
  let database: TestDatabase;
  let postgres: Postgres;
  let ids: string[];
  beforeAll(async () => {
    database = await openTestDatabase(serverUrl ?? '');
    postgres = database.connect({ session: BY_KEY_SESSION });
    await postgres.sql`alter table entries disable trigger user`;
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await postgres.sql`truncate accounts, owners, entries, ledger_transactions, holds, expected_credits cascade`;
    for (const token of ['u_1', 'u_2', 'u_3']) {
      await putOwner(postgres, 'user', { token }, 'test');
      await openAccount(postgres, { user: token, currency: 'EUR', opening_balance: '100.00' }, 'test');
    }
    ids = (await postgres.sql`select account_id::text as id from accounts order by account_id`).map((row) => row['id']);
  });

  const check = (after?: string, accountsMax = 10) => checkAccounts(postgres, { after, accountsMax });
  const violatedBy = async (nth: number): Promise<readonly AccountInvariant[]> => (await check())[nth]?.violated ?? [];
  /** Whether the whole check says the same. */
  const verifyNames = async () => (await verifyLedger(postgres)).filter(({ ok }) => !ok).map(({ name }) => name);

  test('are in order, portion by portion', async () => {
    const first = await check(undefined, 2);
    expect(first.map(({ accountId }) => accountId)).toEqual(ids.slice(0, 2));
    expect(first[0]).toMatchObject({ currency: 'EUR', postedMinor: 10_000n, availableMinor: 10_000n, violated: [] });
    const second = await check(ids[1], 2);
    expect(second.map(({ accountId }) => accountId)).toEqual(ids.slice(2));
    expect(await lastAccountId(postgres)).toBe(ids[2]);
  });

  const TAMPERED: readonly (readonly [AccountInvariant, (id: string) => Promise<unknown>])[] = [
    [
      'posted_equals_entries',
      (id) => postgres.sql`update accounts set posted_minor = posted_minor + 1 where account_id = ${id}`,
    ],
    [
      'ledger_transactions_balance',
      (id) =>
        postgres.sql`update entries set amount_minor = amount_minor + 1 where account_id = ${id} and book <> 'account'`,
    ],
    ['held_equals_holds', (id) => postgres.sql`update accounts set held_minor = 5 where account_id = ${id}`],
    [
      'pending_credit_equals_expected_credits',
      (id) =>
        postgres.sql`insert into expected_credits (account_id, transaction_token, amount_minor, kind) values (${id}, 't', 7, 'refund')`,
    ],
  ];
  test.each(TAMPERED)('%s is broken by the account that breaks it, and by no other', async (name, tamper) => {
    await tamper(ids[1] ?? '');
    expect([await violatedBy(0), await violatedBy(1), await violatedBy(2)]).toEqual([[], [name], []]);
    expect(await verifyNames()).toContain(name);
  });

  test('an account with more entries than one look may read is told so, and is not added up', async () => {
    await postgres.sql`update accounts set posted_minor = posted_minor + 1, held_minor = 1 where account_id = ${ids[0] ?? ''}`;
    const [account] = await checkAccounts(postgres, { after: undefined, accountsMax: 1, entriesMax: 1 });
    expect(account).toMatchObject({ tooLarge: true, violated: ['held_equals_holds'] });
    expect((await check())[0]).toMatchObject({ tooLarge: false });
  });

  test('suspense is told apart', async () => {
    await postgres.transaction('test', (sql) => openSuspenseAccounts(sql, ['EUR']));
    expect((await check()).map(({ isSuspense }) => isSuspense)).toEqual([false, false, false, true]);
  });
});
