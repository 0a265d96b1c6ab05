import { approval, buildProposal } from '@freeway/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { authorizeBatch } from '../src/authorize-statement.ts';
import { createLedger, HOT_SESSION, type PostgresLedger } from '../src/ledger.ts';
import { voidAuthorization } from '../src/voider.ts';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

/** Far enough for the slowest machine: nothing here waits for it. */
const LATER_MS = 60_000;

describe.skipIf(serverUrl === undefined)('commits that meet others', () => {
  let database: TestDatabase;
  let ledger: PostgresLedger;
  const accounts: string[] = [];
  let serial = 0;

  beforeAll(async () => {
    database = await openTestDatabase(serverUrl ?? '');
    const hot = database.connect({ poolMax: 2, session: HOT_SESSION, statementTimeoutMs: 2500 });
    ledger = createLedger(hot, { batchMax: 64, inFlightMax: 2, queueMax: 1000 });
    const { sql } = database.postgres;
    for (const token of ['a', 'b']) {
      await sql`insert into owners (kind, token) values ('user', ${token})`;
      const [row] = await sql`
        insert into accounts (owner_kind, owner_token, currency, credit_line_minor)
          values ('user', ${token}, 'EUR', 1000000) returning account_id`;
      accounts.push(row?.['account_id'] as string);
    }
  });
  afterAll(() => database.close());
  beforeEach(() => {
    serial++;
  });

  const purchase = (account: number, nth: number, attemptId = '1') => {
    const tokens = { messageToken: `m_${serial}_${nth}`, transactionToken: `t_${serial}_${nth}` };
    return buildProposal({
      request: { ...tokens, currency: 'EUR' },
      accountId: accounts[account] ?? '',
      chainToken: tokens.transactionToken,
      decision: approval(),
      versions: {},
      attemptId,
    });
  };
  const commit = (account: number, nth: number) =>
    ledger.authorize(purchase(account, nth), performance.now() + LATER_MS);

  test('an account that someone keeps locked stops nobody but itself', async () => {
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    const { promise: locked, resolve: isLocked } = Promise.withResolvers<void>();
    const operator = database.postgres.transaction('held', async (sql) => {
      await sql`select 1 from accounts where account_id = ${accounts[0] ?? ''} for update`;
      isLocked();
      await held;
    });
    await locked;
    const stuck = Promise.all([commit(0, 1), commit(0, 2), commit(0, 3)]);
    const others = await Promise.all(Array.from({ length: 40 }, (_, nth) => commit(1, 10 + nth)));
    expect(others.map(({ status }) => status)).toEqual(others.map(() => 'committed'));
    release();
    await operator;
    expect((await stuck).map(({ status }) => status)).toEqual(['committed', 'committed', 'committed']);
    await ledger.drained();
  });

  test('whoever is told of an approval by a repeat has been told: it is not voided any more', async () => {
    const [first] = await authorizeBatch(database.postgres.sql, [purchase(0, 1, '11')]);
    expect(first?.status).toBe('committed');
    const [again] = await authorizeBatch(database.postgres.sql, [purchase(0, 1, '11')]);
    expect(again?.status).toBe('repeat');
    const [other] = await authorizeBatch(database.postgres.sql, [purchase(0, 1, '12')]);
    expect(other?.status).toBe('repeat');
    expect(await voidAuthorization(database.postgres, `m_${serial}_1`, '11')).toBe('answered');
  });

  test('what nobody else was told of is voided', async () => {
    await authorizeBatch(database.postgres.sql, [purchase(0, 1, '11')]);
    await authorizeBatch(database.postgres.sql, [purchase(0, 1, '11')]);
    expect(await voidAuthorization(database.postgres, `m_${serial}_1`, '11')).toBe('voided');
  });

  test('an account that is not the payer’s, or not in this currency, is stale', async () => {
    const { sql } = database.postgres;
    const [owner] = await sql`select version from owners where token = 'a'`;
    const versions = { owner: { ref: { kind: 'user', token: 'a' } as const, version: Number(owner?.['version']) } };
    const own = { ...purchase(0, 1), versions };
    const results = await authorizeBatch(sql, [
      own,
      { ...purchase(1, 2), versions },
      { ...own, request: { ...purchase(0, 3).request, currency: 'USD' } },
    ]);
    expect(results.map(({ status }) => status)).toEqual(['committed', 'stale', 'stale']);
  });
});
