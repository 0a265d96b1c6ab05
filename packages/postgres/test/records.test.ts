// What records do to the ledger on a real PostgreSQL; that it equals the in-memory ledger is the property test's to show.
import {
  type AppliedRecord,
  DEFAULT_CHAIN_POLICY,
  type Proposal,
  type TransactionRecord,
  windowStart,
} from '@freeway/core';
import { approval, buildProposal, buildRecord, NOON_MS } from '@freeway/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authorizeBatch } from '../src/authorize-statement.ts';
import { verifyLedger } from '../src/invariants.ts';
import { HOT_SESSION } from '../src/ledger.ts';
import { createRecordLedger, type PostgresRecordLedger } from '../src/records/record-ledger.ts';
import { voidAuthorization } from '../src/voider.ts';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

describe.skipIf(serverUrl === undefined)('records', () => {
  let database: TestDatabase;
  let ledger: PostgresRecordLedger;
  let hot: TestDatabase['postgres'];
  beforeAll(async () => {
    database = await openTestDatabase(serverUrl ?? '');
    ledger = createRecordLedger(database.postgres, { policy: DEFAULT_CHAIN_POLICY });
    hot = database.connect({ poolMax: 2, session: HOT_SESSION });
  });
  afterAll(async () => {
    expect((await verifyLedger(database.postgres)).filter(({ ok }) => !ok)).toEqual([]);
    await database.close();
  });

  let names = 0;
  /** An owner with 100.00 EUR and a daily limit, and a life of one authorization on it. */
  const openWorld = async () => {
    const { sql } = database.postgres;
    const name = `world-${++names}`;
    const owner = { kind: 'user', token: name } as const;
    await sql`insert into owners (kind, token) values ('user', ${name})`;
    const [account] = await sql`
      insert into accounts (owner_kind, owner_token, currency, credit_line_minor)
        values ('user', ${name}, 'EUR', 10000) returning account_id`;
    const accountId = account?.['account_id'] as string;
    const [limit] = await sql`
      insert into limits (token, subject_kind, subject_token, currency, limit_window, max_amount_minor)
        values (${name}, 'user', ${name}, 'EUR', 'day', 1000000) returning limit_id`;
    const limitId = limit?.['limit_id'] as number;
    const record = (overrides: Partial<TransactionRecord> & { parent?: string } = {}): TransactionRecord => {
      const { parent, ...rest } = overrides;
      const links = {
        parentTransactionTokens: parent === undefined ? [] : [`${name}-${parent}`],
        parentMessageTokens: [],
      };
      return buildRecord({ owner, links, ...rest, transactionToken: `${name}-${rest.transactionToken ?? 'auth'}` });
    };
    const proposal = (amountMinor: bigint): Proposal =>
      buildProposal({
        accountId,
        chainToken: `${name}-auth`,
        request: { transactionToken: `${name}-auth`, messageToken: `${name}-message`, owner, amountMinor },
        decision: approval({
          counters: [{ limitId, window: 'day', windowStart: windowStart('day', NOON_MS), amountMinor, count: 1 }],
        }),
        attemptId: '7',
      });
    return {
      accountId,
      record,
      proposal,
      decide: (amountMinor: bigint) => authorizeBatch(hot.sql, [proposal(amountMinor)]),
      apply: (...records: TransactionRecord[]): Promise<readonly AppliedRecord[]> => ledger.applyRecords(records),
      async balances() {
        const [row] =
          await sql`select posted_minor, held_minor, pending_credit_minor from accounts where account_id = ${accountId}`;
        return [row?.['posted_minor'], row?.['held_minor'], row?.['pending_credit_minor']].join(' ');
      },
      async counted() {
        const rows =
          await sql`select amount_minor, count from counters where account_id = ${accountId} and (amount_minor, count) <> (0, 0)`;
        return rows.map((row) => `${row['amount_minor']} in ${row['count']}`).join(', ');
      },
      async exceptions() {
        const rows = await sql`
          select reason, amount_minor, state from record_exceptions where transaction_token like ${`${name}-%`} order by exception_id`;
        return rows.map((row) => `${row['reason']} ${row['amount_minor']} ${row['state']}`);
      },
    };
  };

  const clearing = { effect: 'clearing', isCompleted: true, transactionToken: 'clearing', parent: 'auth' } as const;

  it('an approval is confirmed, cleared and posted against settlement', async () => {
    const world = await openWorld();
    await world.decide(1000n);
    expect([await world.balances(), await world.counted()]).toEqual(['0 1000 0', '1000 in 1']);
    await world.apply(world.record({ amountMinor: 1000n }));
    expect(await world.balances()).toBe('0 1000 0');
    const settlement = { settlementDate: '2026-03-15', network: 'VISA' };
    await world.apply(world.record({ ...clearing, amountMinor: 1000n, settlement }));
    expect([await world.balances(), await world.counted()]).toEqual(['-1000 0 0', '1000 in 1']);
    expect(await world.exceptions()).toEqual([]);
  });

  it('a declined record gives an approval back in full, once', async () => {
    const world = await openWorld();
    await world.decide(1000n);
    const declined = world.record({ outcome: 'refused', state: 'DECLINED' });
    expect((await world.apply(declined))[0]?.status).toBe('applied');
    expect((await world.apply(declined))[0]?.status).toBe('duplicate');
    expect([await world.balances(), await world.counted()]).toEqual(['0 0 0', '']);
  });

  it('a record resizes the hold and corrects the counters', async () => {
    const world = await openWorld();
    await world.decide(1000n);
    await world.apply(world.record({ amountMinor: 700n }));
    expect([await world.balances(), await world.counted()]).toEqual(['0 700 0', '700 in 1']);
  });

  it('a clearing that comes before its authorization books at once, and is explained by it', async () => {
    const world = await openWorld();
    await world.apply(world.record({ ...clearing, amountMinor: 600n, clearing: { isFinal: false } }));
    expect([await world.balances(), await world.exceptions()]).toEqual(['-600 0 0', ['missing_parent 600 open']]);
    await world.apply(world.record({ amountMinor: 1000n }));
    expect(await world.balances()).toBe('-600 400 0');
    expect(await world.exceptions()).toEqual(['missing_parent 600 explained']);
    expect(await world.counted()).toBe('1000 in 1');
  });

  it('a decision that records came before moves nothing itself, and its chain is folded with it', async () => {
    const world = await openWorld();
    await world.apply(world.record({ ...clearing, amountMinor: 600n, clearing: { isFinal: false } }));
    expect((await world.decide(1000n))[0]).toMatchObject({ status: 'committed', decision: { outcome: 'approve' } });
    expect(await world.balances()).toBe('-600 0 0');
    expect(await ledger.refold(10)).toBe(1);
    expect([await world.balances(), await world.counted()]).toEqual(['-600 400 0', '1000 in 1']);
    expect(await ledger.refold(10)).toBe(0);
  });

  it('a hold that the platform stood in for stays one hold when our own commit lands after it', async () => {
    const world = await openWorld();
    await world.apply(world.record({ amountMinor: 1000n, isStandIn: true }));
    await world.decide(1000n);
    await ledger.refold(10);
    expect([await world.balances(), await world.counted()]).toEqual(['0 1000 0', '1000 in 1']);
  });

  it('an approval that was told no is voided through its chain when records know it', async () => {
    const world = await openWorld();
    await world.decide(1000n);
    await world.apply(world.record({ ...clearing, amountMinor: 600n, clearing: { isFinal: false } }));
    expect(await world.balances()).toBe('-600 400 0');
    const token = world.proposal(1n).request.messageToken;
    expect(await voidAuthorization(database.postgres, token, '7')).toBe('voided');
    await ledger.refold(10);
    expect([await world.balances(), await world.counted()]).toEqual(['-600 0 0', '600 in 1']);
  });

  it('what nobody has an account for is in suspense and listed', async () => {
    const world = await openWorld();
    const [applied] = await world.apply(
      world.record({
        ...clearing,
        parent: '',
        owner: { kind: 'user', token: 'nobody' },
        amountMinor: 500n,
        links: { parentTransactionTokens: [], parentMessageTokens: [] },
      }),
    );
    expect(applied?.exceptions).toMatchObject([{ reason: 'no_account', amountMinor: 500n }]);
    const [suspense] = await database.postgres.sql`
      select posted_minor from accounts where owner_kind = 'system' and owner_token = 'suspense' and currency = 'EUR'`;
    expect(suspense?.['posted_minor']).toBe('-500');
  });

  it('batches that touch the same chains from two sides at once leave what one of them would', async () => {
    const world = await openWorld();
    const records = [
      world.record({ amountMinor: 1000n }),
      ...[1, 2, 3, 4].map((n) =>
        world.record({ ...clearing, transactionToken: `part-${n}`, amountMinor: 100n, clearing: { isFinal: false } }),
      ),
    ];
    await Promise.all([
      world.apply(...records),
      world.apply(...records.toReversed()),
      ...records.map((each) => world.apply(each)),
    ]);
    expect([await world.balances(), await world.counted()]).toEqual(['-400 600 0', '1000 in 1']);
  });
});
