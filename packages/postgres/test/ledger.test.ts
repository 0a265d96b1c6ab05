// The ledger's batches on a real PostgreSQL: nobody's fault fails others, every outcome is found again by its token.
import type { CommitResult, Fault, Proposal } from '@freeway/core';
import { approval, buildProposal } from '@freeway/testkit';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { authorizeBatch } from '../src/authorize-statement.ts';
import type { Postgres, PostgresOptions, Sql } from '../src/connect.ts';
import { verifyLedger } from '../src/invariants.ts';
import { createLedger, HOT_SESSION, type LedgerOptions } from '../src/ledger.ts';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

/** Far enough for the slowest machine: nothing here waits for it. */
const soon = () => performance.now() + 60_000;

const outcomeOf = (promise: Promise<CommitResult>) =>
  promise.then(
    (result) => ('decision' in result ? `${result.status} ${result.decision.outcome}` : result.status),
    (fault: Fault) => fault.code,
  );

const withRequest = (proposal: Proposal, changes: Partial<Proposal['request']>): Proposal => ({
  ...proposal,
  request: { ...proposal.request, ...changes },
});

/** What is told, whatever its number in the books. */
const told = (results: readonly object[]) =>
  results.map((result) => ({
    ...result,
    decision: { ...(result as { decision: object }).decision, decisionId: '' },
  }));

describe.skipIf(serverUrl === undefined)('the ledger', () => {
  let database: TestDatabase;
  let postgres: Postgres;
  beforeAll(async () => {
    database = await openTestDatabase(serverUrl ?? '');
    postgres = database.postgres;
  });
  afterAll(async () => {
    const broken = (await verifyLedger(postgres)).filter(({ ok }) => !ok).map(({ name }) => name);
    // Credit lines stand for money here, so that nothing has to be booked.
    expect(broken).toEqual([]);
    await database.close();
  });

  let owners = 0;
  const openAccount = async (fundsMinor: number): Promise<string> => {
    const token = `owner-${++owners}`;
    await postgres.sql`insert into owners (kind, token) values ('user', ${token})`;
    const [row] = await postgres.sql`
      insert into accounts (owner_kind, owner_token, currency, credit_line_minor)
        values ('user', ${token}, 'EUR', ${fundsMinor}) returning account_id`;
    return row?.['account_id'] as string;
  };
  const heldOf = async (accountId: string) =>
    Number((await postgres.sql`select held_minor from accounts where account_id = ${accountId}`)[0]?.['held_minor']);

  const heldBy = (proposals: readonly Proposal[]) =>
    Promise.all(proposals.map(({ accountId }) => heldOf(accountId ?? '0')));

  let tokens = 0;
  const newToken = () => `t-${++tokens}`;
  const hold = (accountId: string, amountMinor: bigint, overrides: Partial<Proposal> = {}): Proposal => {
    const token = newToken();
    const request = { transactionToken: token, messageToken: `m-${token}`, amountMinor };
    return buildProposal({ accountId, request, chainToken: token, ...overrides });
  };
  const open = (options: Partial<LedgerOptions> = {}, pool: Partial<PostgresOptions> = {}) => {
    const hot = database.connect({ poolMax: 2, session: HOT_SESSION, ...pool });
    return createLedger(hot, { batchMax: 64, inFlightMax: 2, queueMax: 1000, ...options });
  };
  describe('one bad proposal in a batch', () => {
    // No gateway makes these: they stand for whatever a later version might let through.
    const POISONS: readonly (readonly [string, (proposal: Proposal) => Proposal])[] = [
      ['a NUL in its record', (proposal) => ({ ...proposal, record: '{"a":"\u0000"}' })],
      ['an amount beyond 64 bits', (proposal) => withRequest(proposal, { amountMinor: 10n ** 20n })],
      ['a fingerprint that is none', (proposal) => withRequest(proposal, { fingerprint: 'x' })],
      ['a time that is none', (proposal) => ({ ...proposal, countedAtMs: Number.NaN })],
      ['a time before all times', (proposal) => ({ ...proposal, countedAtMs: -8.64e15 })],
      ['an account that is none', (proposal) => ({ ...proposal, accountId: 'seven' })],
    ];

    it.each(POISONS)('%s: fails alone', async (_, poison) => {
      const account = await openAccount(10_000);
      const errors: string[] = [];
      const sizes: number[] = [];
      const onError = (message: string) => errors.push(message);
      const ledger = open({ inFlightMax: 1, onError, onCommit: (size) => sizes.push(size) });
      const first = ledger.authorize(hold(account, 100n), soon());
      const good = Array.from({ length: 5 }, () => hold(account, 100n));
      const batch = [...good.slice(0, 2), poison(hold(account, 100n)), ...good.slice(2)];
      const outcomes = await Promise.all(batch.map((each) => outcomeOf(ledger.authorize(each, soon()))));
      expect((await first).status).toBe('committed');
      expect(outcomes).toEqual([
        ...Array(2).fill('committed approve'),
        'unavailable',
        ...Array(3).fill('committed approve'),
      ]);
      expect(await heldOf(account)).toBe(600);
      expect(errors).toEqual(['a commit failed as a batch and is sent one by one', 'a commit failed']);
      expect(sizes).toEqual([1, 1, 1, 1, 1, 1]);
      expect(ledger.statistics()).toEqual({ queued: 0, inFlight: 0 });
    });
  });

  it('a commit whose statement timed out was rolled back, and is sent again', async () => {
    const account = await openAccount(10_000);
    await standStill(postgres.sql, account);
    const ledger = open({}, { statementTimeoutMs: 100, applicationName: 'impatient' });
    const outcome = outcomeOf(ledger.authorize(hold(account, 100n), soon()));
    // The server gives up on the first statement; another one stands still then.
    const [first] = await sleepers(postgres.sql, 'impatient');
    await vi.waitFor(async () => expect(await sleepers(postgres.sql, 'impatient')).not.toContain(first), {
      timeout: 10_000,
    });
    await goOn(postgres.sql, account);
    expect(await outcome).toBe('committed approve');
    expect(await heldOf(account)).toBe(100);
  });

  it('two ledgers on the same accounts in opposite order: all is committed', async () => {
    const accounts = await Promise.all(Array.from({ length: 6 }, () => openAccount(1_000_000)));
    const ledgers = [open({ inFlightMax: 2 }), open({ inFlightMax: 2 })];
    const asked = Array.from({ length: 600 }, (_, index) => {
      const order = index % 2 === 0 ? accounts : accounts.toReversed();
      return outcomeOf((ledgers[index % 2] ?? open()).authorize(hold(order[(index >> 1) % 6] ?? '', 1n), soon()));
    });
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['committed approve']));
    expect(await Promise.all(accounts.map(heldOf))).toEqual(accounts.map(() => 100));
  });

  it('a deadlock with someone else is tried again', async () => {
    const [low, high] = [await openAccount(1000), await openAccount(1000)] as [string, string];
    // Waits for locks as long as it takes, so that the deadlock is found; ours is the one that finds it.
    const session = { ...HOT_SESSION, lock_timeout: '0', deadlock_timeout: '20ms' };
    const ledger = open({ inFlightMax: 1 }, { session, applicationName: 'deadlocked' });
    const first = hold(low, 1n);
    const { promise: go, resolve: release } = Promise.withResolvers<void>();
    const { promise: locked, resolve: lock } = Promise.withResolvers<void>();
    const other = postgres.transaction('other', async (sql) => {
      await sql`select 1 from accounts where account_id = ${high} for update`;
      lock();
      await go;
      await sql`select 1 from accounts where account_id = ${low} for update`;
    });
    await locked;
    // One statement that takes the low account and waits for the high one.
    await ledger.authorize(first, soon());
    await standStill(postgres.sql, low);
    const held = outcomeOf(ledger.authorize(hold(low, 1n), soon()));
    await sleepers(postgres.sql, 'deadlocked');
    const both = [hold(low, 1n), hold(high, 1n)].map((each) => outcomeOf(ledger.authorize(each, soon())));
    await goOn(postgres.sql, low);
    await vi.waitFor(async () => expect(await waiters(postgres.sql, 'deadlocked')).toBe(1), {
      interval: 2,
      timeout: 10_000,
    });
    release();
    await other;
    expect(await Promise.all([held, ...both])).toEqual(Array(3).fill('committed approve'));
    expect([await heldOf(low), await heldOf(high)]).toEqual([3, 1]);
  });

  it('a token that another transaction is just storing under another account: one is booked, the other reused', async () => {
    const [mine, theirs] = [await openAccount(1000), await openAccount(1000)] as [string, string];
    const session = { ...HOT_SESSION, lock_timeout: '0' };
    const pool = database.connect({ poolMax: 1, session, applicationName: 'second' });
    const ledger = createLedger(pool, { batchMax: 64, inFlightMax: 1, queueMax: 10 });
    const first = hold(theirs, 7n);
    const same = { ...first.request, owner: { kind: 'user', token: 'other' }, fingerprint: 'f'.repeat(32) } as const;
    const { promise: go, resolve: release } = Promise.withResolvers<void>();
    const { promise: stored, resolve: store } = Promise.withResolvers<void>();
    const storing = postgres.transaction('storing', async (sql) => {
      await authorizeBatch(sql as unknown as Sql, [first]);
      store();
      await go;
    });
    await stored;
    const bystander = hold(mine, 5n);
    // In one batch with a bystander: the batch fails as a whole (unique_violation) and is sent again as a whole.
    const outcomes = [
      outcomeOf(ledger.authorize(hold(mine, 1n), soon())),
      outcomeOf(ledger.authorize({ ...first, request: same, accountId: mine }, soon())),
      outcomeOf(ledger.authorize(bystander, soon())),
    ];
    await vi.waitFor(async () => expect(await waiters(postgres.sql, 'second')).toBe(1), { timeout: 10_000 });
    release();
    await storing;
    expect(await Promise.all(outcomes)).toEqual(['committed approve', 'token_reused', 'committed approve']);
    expect([await heldOf(mine), await heldOf(theirs)]).toEqual([6, 7]);
    expect(pool.statistics().failed).toBe(1);
  });

  it('a hold on an account that is not there is refused whole, and those beside it are committed', async () => {
    const account = await openAccount(1000);
    const nowhere = hold('999999999999', 5n);
    const ledger = open({ inFlightMax: 1 });
    const outcomes = await Promise.allSettled([
      ledger.authorize(hold(account, 1n), soon()),
      ledger.authorize(nowhere, soon()),
      ledger.authorize(hold(account, 2n), soon()),
    ]);
    expect(outcomes).toMatchObject([
      { value: { status: 'committed' } },
      { reason: { code: 'unavailable' } },
      { value: { status: 'committed' } },
    ]);
    expect(await heldOf(account)).toBe(3);
    expect(await postgres.sql`select from holds where chain_token = ${nowhere.chainToken}`).toHaveLength(0);
  });

  it('a proposal is committed once, however often and wherever it is sent', async () => {
    const account = await openAccount(1000);
    const ledgers = [open(), open(), open()];
    const proposal = hold(account, 10n);
    const results = await Promise.all(
      Array.from({ length: 90 }, (_, index) => ledgers[index % 3]?.authorize(proposal, soon())),
    );
    const ids = new Set(
      results.map((result) => result !== undefined && 'decision' in result && result.decision.decisionId),
    );
    expect(ids.size).toBe(1);
    expect(results.filter((result) => result?.status === 'committed')).toHaveLength(1);
    expect(await heldOf(account)).toBe(10);
  });

  it('counts what is queued and under way, and is drained when nothing is', async () => {
    const account = await openAccount(1000);
    await standStill(postgres.sql, account);
    const ledger = open({ inFlightMax: 1, queueMax: 2 }, { applicationName: 'counted' });
    const asked = [ledger.authorize(hold(account, 1n), soon())];
    await sleepers(postgres.sql, 'counted');
    asked.push(ledger.authorize(hold(account, 1n), soon()), ledger.authorize(hold(account, 1n), soon()));
    expect(ledger.statistics()).toEqual({ queued: 2, inFlight: 1 });
    await expect(ledger.authorize(hold(account, 1n), soon())).rejects.toMatchObject({ code: 'unavailable' });
    await goOn(postgres.sql, account);
    await ledger.drained();
    expect(ledger.statistics()).toEqual({ queued: 0, inFlight: 0 });
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual(['committed', 'committed', 'committed']);
  });

  it('a batch is answered as its proposals one by one would be', { timeout: 120_000 }, async () => {
    const hot = database.connect({ poolMax: 1, session: { ...HOT_SESSION, synchronous_commit: 'off' } });
    let limits = 0;
    const step = fc.record({
      account: fc.nat(1),
      amount: fc.integer({ min: 1, max: 40 }),
      limited: fc.boolean(),
      /** An increment of an earlier chain, with the bound of a per-transaction limit. */
      joins: fc.option(fc.record({ nth: fc.nat(3), max: fc.integer({ min: 1, max: 60 }) }), { nil: undefined }),
    });
    const bounds = fc.record({ amount: fc.integer({ min: 0, max: 90 }), count: fc.integer({ min: 0, max: 5 }) });
    const funds = fc.tuple(fc.nat(120), fc.nat(120));

    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 12 }), funds, bounds, async (steps, [a, b], bound) => {
        const limitId = ++limits;
        const build = async (): Promise<Proposal[]> => {
          const accounts = [await openAccount(a), await openAccount(b)];
          const chains: string[] = [];
          return steps.map(({ account, amount, limited, joins }) => {
            const token = newToken();
            const chainToken = (joins && chains[joins.nth]) ?? token;
            chains.push(token);
            const counter = {
              limitId,
              window: 'day',
              windowStart: '2026-03-15',
              amountMinor: BigInt(amount),
              count: 1,
            } as const;
            const counters = limited
              ? [{ ...counter, maxAmountMinor: BigInt(bound.amount), maxCount: bound.count }]
              : [];
            return buildProposal({
              accountId: accounts[account],
              chainToken: `${accounts[account]} ${chainToken}`,
              request: { transactionToken: token, messageToken: token, amountMinor: BigInt(amount) },
              decision: approval({ counters, ...(joins === undefined ? {} : { chainMaxMinor: BigInt(joins.max) }) }),
            });
          });
        };
        const [together, alone] = [await build(), await build()];
        const asBatch = await authorizeBatch(hot.sql, together);
        const oneByOne = [];
        for (const proposal of alone) oneByOne.push(...(await authorizeBatch(hot.sql, [proposal])));
        expect(told(asBatch)).toEqual(told(oneByOne));
        expect(await heldBy(together)).toEqual(await heldBy(alone));
      }),
      { numRuns: 60 },
    );
  });
});

/** Commits of the account stand still in the middle of their statement. */
async function standStill(sql: Sql, accountId: string): Promise<void> {
  await sql
    .unsafe(
      `create table if not exists held_commits (account_id bigint primary key);
       create or replace function stand_still() returns trigger language plpgsql as $$
       begin
         while exists (select from held_commits h where h.account_id = new.account_id) loop
           perform pg_sleep(0.005);
         end loop;
         return new;
       end $$;
       create or replace trigger stand_still before insert on decisions for each row execute function stand_still();`,
    )
    .simple();
  await sql`insert into held_commits values (${accountId})`;
}

async function goOn(sql: Sql, accountId: string): Promise<void> {
  await sql`delete from held_commits where account_id = ${accountId}`;
}

/** Resolves once a commit stands still; to when the statements that do began. */
function sleepers(sql: Sql, application: string): Promise<string[]> {
  return vi.waitFor(
    async () => {
      const rows = await sql`
        select query_start::text as started from pg_stat_activity
          where application_name = ${application} and wait_event = 'PgSleep'`;
      if (rows.length === 0) throw new Error('no commit stands still');
      return rows.map((row) => row['started'] as string);
    },
    { timeout: 15_000, interval: 5 },
  );
}

async function waiters(sql: Sql, application: string): Promise<number> {
  const [row] = await sql`
    select count(*)::integer as waiting from pg_stat_activity
      where application_name = ${application} and wait_event_type = 'Lock'`;
  return row?.['waiting'] as number;
}
