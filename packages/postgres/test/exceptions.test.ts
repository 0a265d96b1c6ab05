import { buildRecord } from '@freeway/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyLedger } from '../src/invariants.ts';
import { closeAccount } from '../src/operator/close-account.ts';
import { debitAccount } from '../src/operator/debit-account.ts';
import { findExceptionIds, listExceptions } from '../src/records/exceptions.ts';
import { showException } from '../src/records/exceptions-chain.ts';
import { resolveException } from '../src/records/exceptions-resolve.ts';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { createWorlds, ME, type World } from './record-world.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];
const clearing = { effect: 'clearing', isCompleted: true, parent: 'auth' } as const;
const note = 'looked at it';

describe.skipIf(serverUrl === undefined)('exceptions', () => {
  let database: TestDatabase;
  let worlds: ReturnType<typeof createWorlds>;
  beforeAll(async () => {
    database = await openTestDatabase(serverUrl ?? '');
    worlds = createWorlds(database);
  });
  afterAll(async () => {
    expect((await verifyLedger(database.postgres)).filter(({ ok }) => !ok)).toEqual([]);
    await database.close();
  });

  const resolve = (id: string, resolution: Partial<Parameters<typeof resolveException>[3]> = {}) =>
    resolveException(database.postgres, worlds.ledger, id, { note, ...resolution }, ME);
  const idsOf = (transactionToken: string) =>
    findExceptionIds(database.postgres, { transactionToken, state: 'all' }) as Promise<[string]>;
  const postedOf = async (accountId: string) => {
    const [row] = await database.postgres
      .sql`select posted_minor, held_minor from accounts where account_id = ${accountId}`;
    return `${row?.['posted_minor']} ${row?.['held_minor']}`;
  };
  const audits = async (id: string) => {
    const rows = await database.postgres
      .sql`select actor, verb, detail from audit_records where subject = ${`exception:${id}`}`;
    return rows.map((row) => ({ ...row }));
  };

  test('are listed by reason, owner, time, transaction and state, with counts of all that match', async () => {
    const world = await worlds.open();
    await world.decide('auth');
    await world.tell(
      ['clearing', { ...clearing, amountMinor: 1200n }],
      ['early', { ...clearing, parent: 'unseen', amountMinor: 5n, isRounded: true }],
    );
    const { owner } = world;
    const list = await listExceptions(database.postgres, { owner }, 10);
    expect(list.counts).toEqual([
      { reason: 'amount_rounded', count: 1 },
      { reason: 'missing_parent', count: 1 },
      { reason: 'cleared_beyond_hold', count: 1 },
    ]);
    expect(list.exceptions[0]).toMatchObject({
      reason: 'cleared_beyond_hold',
      state: 'open',
      transactionToken: world.token('clearing'),
      chainToken: world.token('auth'),
      amountMinor: 200n,
      currency: 'EUR',
      account: { accountId: world.accountId, ownerToken: world.name },
    });
    expect((await listExceptions(database.postgres, { owner }, 1)).exceptions).toHaveLength(1);
    const count = (filter: Parameters<typeof findExceptionIds>[1]) =>
      findExceptionIds(database.postgres, { owner, ...filter }).then((ids) => ids.length);
    expect(await count({ reason: 'missing_parent' })).toBe(1);
    expect(await count({ transactionToken: world.token('early') })).toBe(2);
    expect(await count({ currency: 'USD' })).toBe(0);
    expect(await count({ since: new Date(Date.now() + 60_000) })).toBe(0);
    expect(await count({ since: new Date(Date.now() - 60_000) })).toBe(3);
    expect(await count({ state: 'explained' })).toBe(0);
    await world.tell(['unseen', { amountMinor: 5n }]);
    expect(await count({ state: 'explained' })).toBe(1);
    expect(await count({ state: 'all' })).toBe(3);
  });

  test('one is shown with its whole chain', async () => {
    const world = await worlds.open();
    await world.decide('auth');
    await world.tell(
      ['auth', {}],
      ['clearing', { ...clearing, amountMinor: 1200n }],
      ['more', { amountMinor: 300n, effect: 'increment', parent: 'auth', isStandIn: true, createdAtMs: Date.now() }],
    );
    const [id] = await idsOf(world.token('clearing'));
    const shown = await showException(database.postgres, id);
    expect(shown).toMatchObject({
      status: 'found',
      exception: { exceptionId: id, reason: 'cleared_beyond_hold' },
      records: [
        { transactionToken: world.token('auth'), effect: 'hold', amountMinor: 1000n },
        { effect: 'clearing', outcome: 'approved', amountMinor: 1200n, isStandIn: false },
        { effect: 'increment', isStandIn: true },
      ],
      decisions: [{ transactionToken: world.token('auth'), isApproved: true, isConfirmed: true, amountMinor: 1000n }],
      holds: [{ amountMinor: 300n }],
      expectedCredits: [],
      postings: [{ counterpart: 'settlement', amountMinor: -1200n, accountId: world.accountId, kind: 'clearing' }],
    });
    for (const unknown of ['999999', '0', 'x', ''])
      expect(await showException(database.postgres, unknown)).toMatchObject({ code: 'unknown_exception' });
  });

  test('one is settled once, with a note and an audit record, and stays settled', async () => {
    const world = await worlds.open();
    const over = { ...clearing, parent: 'unseen', amountMinor: 700n };
    await world.tell(['early', over]);
    const [id] = await idsOf(world.token('early'));
    expect(await resolve(id, { note: ' ' })).toMatchObject({ status: 'refused', code: 'invalid_input' });
    expect(await resolve(id, { dryRun: true })).toMatchObject({ status: 'would_resolve' });
    expect(await audits(id)).toEqual([]);
    expect(await resolve(id)).toMatchObject({ status: 'resolved', exception: { reason: 'missing_parent' } });
    expect(await resolve(id)).toMatchObject({ status: 'refused', code: 'exception_settled' });
    expect(await resolve('999999')).toMatchObject({ code: 'unknown_exception' });
    expect(await audits(id)).toMatchObject([
      { actor: ME, verb: 'resolve_exception', detail: { reason: 'missing_parent', note } },
    ]);
    await world.tell(['early', { ...over, state: 'CLEARED', amountMinor: 800n }]);
    const shown = await showException(database.postgres, id);
    expect(shown).toMatchObject({ exception: { state: 'resolved', note, settledBy: ME, amountMinor: 800n } });
  });

  /** A chain that nobody has an account for: something posted and something held. */
  async function loseMoney(world: World): Promise<string> {
    const owner = { kind: 'user', token: `${world.name}-nobody` } as const;
    await world.tell(
      ['lost', { owner, amountMinor: 1000n }],
      ['lost-clearing', { ...clearing, owner, parent: 'lost', amountMinor: 400n, clearing: { isFinal: false } }],
    );
    return (await idsOf(world.token('lost-clearing')))[0];
  }

  test('*nobody’s money*: everything of the chain moves from suspense to the account, and so does what comes later', async () => {
    const world = await worlds.open();
    const id = await loseMoney(world);
    const [suspense] = await database.postgres.sql`
      select account_id from accounts where owner_kind = 'system' and currency = 'EUR'`;
    const before = await postedOf(suspense?.['account_id'] as string);
    const moveTo = world.owner;
    expect(await resolve(id, { moveTo, dryRun: true })).toMatchObject({
      status: 'would_resolve',
      movedTo: { accountId: world.accountId },
    });
    expect(await postedOf(world.accountId)).toBe('1000 0');
    expect(await resolve(id, { moveTo })).toMatchObject({ status: 'resolved' });
    expect([await postedOf(world.accountId), before]).toEqual(['600 600', '-400 600']);
    expect(await postedOf(suspense?.['account_id'] as string)).toBe('0 0');
    const all = await findExceptionIds(database.postgres, { reason: 'no_account' });
    expect(all).toEqual([]);
    expect(await showException(database.postgres, id)).toMatchObject({
      exception: { state: 'resolved', note, account: { ownerToken: world.name } },
    });
    expect(await audits(id)).toMatchObject([{ detail: { moved_to: `user:${world.name}` } }]);
    await world.tell(['later', { ...clearing, parent: 'lost', amountMinor: 100n }]);
    expect(await postedOf(world.accountId)).toBe('500 500');
  });

  test('money does not move to where it cannot go, and nothing is settled then', async () => {
    const world = await worlds.open();
    const dollars = await worlds.open('USD');
    const closed = await worlds.open();
    const all = { owner: closed.owner, currency: 'EUR', amount: '10', idempotencyKey: 'all', reason: 'all' };
    await debitAccount(database.postgres, all, ME);
    await closeAccount(database.postgres, { owner: closed.owner, currency: 'EUR' }, ME);
    const id = await loseMoney(world);
    expect(await resolve(id, { moveTo: dollars.owner })).toMatchObject({ code: 'unknown_account' });
    expect(await resolve(id, { moveTo: closed.owner })).toMatchObject({ code: 'account_closed' });
    await world.tell(['early', { ...clearing, parent: 'unseen', amountMinor: 5n }]);
    const [other] = await idsOf(world.token('early'));
    expect(await resolve(other, { moveTo: world.owner })).toMatchObject({ status: 'refused', code: 'invalid_input' });
    expect(await showException(database.postgres, id)).toMatchObject({ exception: { state: 'open' } });
    expect(await showException(database.postgres, other)).toMatchObject({ exception: { state: 'open' } });
  });

  test('one whose chain changed its name meanwhile is moved by its new one', async () => {
    const world = await worlds.open();
    const owner = { kind: 'user', token: `${world.name}-nobody` } as const;
    await world.tell(['clearing', { ...clearing, owner, parent: 'lost', amountMinor: 400n }]);
    await worlds.ledger.applyRecords([
      buildRecord({ owner, transactionToken: world.token('first') }),
      world.record('lost', { owner, effect: 'increment', parent: 'first' }),
    ]);
    const [, id] = await findExceptionIds(database.postgres, {
      transactionToken: world.token('clearing'),
      state: 'all',
    });
    expect(await showException(database.postgres, id ?? '')).toMatchObject({
      exception: { chainToken: world.token('first'), reason: 'no_account', state: 'open' },
    });
    expect(await resolve(id ?? '', { moveTo: world.owner })).toMatchObject({ status: 'resolved' });
    expect(await postedOf(world.accountId)).toBe('600 1600');
  });
});
