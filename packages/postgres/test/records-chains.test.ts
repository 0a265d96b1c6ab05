// Chains that were once wrong, and what random lives found about them. Each comes out as in memory, too.
import { DEFAULT_CHAIN_POLICY, type TransactionRecord } from '@freeway/core';
import {
  approval,
  buildProposal,
  buildRecord,
  createMemoryLedger,
  type LedgerHistory,
  type LedgerStep,
  memoryTarget,
  NOON_MS,
  type Overrides,
  replayHistory,
  type ReplayOutcome,
} from '@freeway/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Postgres } from '../src/connect.ts';
import { HOT_SESSION } from '../src/ledger.ts';
import { createRecordLedger } from '../src/records/record-ledger.ts';
import { emptyPostgresTarget } from '../testing/postgres-target.ts';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

const owner = { kind: 'user', token: 'user-1' } as const;
/** What an approval of 10.00 takes from the limit of the card. */
const TAKEN = { limitId: 1, window: 'day', windowStart: '2026-03-15', amountMinor: 1000n } as const;

/** user-1 has an account in each currency, and its card a daily limit in each. */
const WORLD: Pick<LedgerHistory, 'setUp' | 'limits'> = {
  setUp: [
    { verb: 'open_account', accountId: '1', owner, currency: 'EUR' },
    { verb: 'open_account', accountId: '2', owner, currency: 'USD' },
    { verb: 'credit', accountId: '1', amountMinor: 5000n, key: 'opening', counterpart: 'funding' },
  ],
  limits: ['EUR', 'USD'].map((currency, nth) => ({
    limitId: nth + 1,
    token: `limit-${currency}`,
    subject: { kind: 'card', token: 'card-1' },
    currency,
    window: 'day',
    maxAmountMinor: '100000',
  })),
};

/** One batch. */
function records(...of: TransactionRecord[]): LedgerStep {
  return { verb: 'record', records: of };
}

function record(
  token: string,
  names: readonly string[],
  overrides: Overrides<TransactionRecord> = {},
): TransactionRecord {
  const links = { messageToken: `message-of-${token}`, parentTransactionTokens: names, parentMessageTokens: [] };
  return buildRecord({ transactionToken: token, links, ...overrides });
}

/** Our gateway decides the transaction; a second token: it adds to the chain of that. */
function decide(token: string, chainToken = token): LedgerStep {
  const kind = chainToken === token ? 'authorization' : 'increment';
  const { versions: _versions, ...proposal } = buildProposal({
    request: { transactionToken: token, messageToken: `message-of-${token}`, kind },
    chainToken,
    decision: approval({ counters: [{ ...TAKEN, count: kind === 'increment' ? 0 : 1 }] }),
  });
  return { verb: 'authorize', proposals: [{ ...proposal, seen: {} }] };
}

describe.skipIf(serverUrl === undefined)('chains of records', () => {
  let database: TestDatabase;
  let hot: Postgres;
  beforeAll(async () => {
    database = await openTestDatabase(serverUrl ?? '');
    hot = database.connect({ poolMax: 1, session: HOT_SESSION });
  });
  afterAll(() => database.close());

  const after = async (...steps: LedgerStep[]): Promise<ReplayOutcome> => {
    const target = await emptyPostgresTarget(database.postgres, hot, DEFAULT_CHAIN_POLICY);
    const outcome = await replayHistory({ ...WORLD, steps }, target);
    const history = { ...WORLD, steps };
    expect(outcome).toEqual(await replayHistory(history, memoryTarget(createMemoryLedger())));
    return outcome;
  };

  it('that move no money have names of their own, and so never meet', async () => {
    const { applied } = await after(
      records(record('t1', [], { effect: 'no_money' })),
      records(record('t2', [], { effect: 'no_money' })),
      records(record('t3', ['t1'], { effect: 'clearing' })),
    );
    expect(applied.map(({ chainToken }) => chainToken)).toEqual(['t1', 't2', 't1']);
  });

  it('of one name in two currencies keep their own counts and exceptions', async () => {
    const { snapshot } = await after(
      records(record('t1', [])),
      records(record('t2', ['t1'], { effect: 'clearing', currency: 'USD' })),
      records(record('t1', [], { state: 'DECLINED', outcome: 'refused', createdAtMs: NOON_MS + 1 })),
    );
    expect(snapshot.counters).toMatchObject([{ accountId: '2', limitId: 2, amountMinor: 1000n, count: 1 }]);
    expect(snapshot.exceptions).toMatchObject([{ currency: 'USD', chainToken: 't1', reason: 'missing_parent' }]);
  });

  it('that turn out to be one carry on what they counted and what is listed', async () => {
    const { snapshot } = await after(
      records(record('t1', [], { amountMinor: 3000n })),
      records(record('t2', [], { effect: 'clearing', isRounded: true, createdAtMs: NOON_MS + 1 })),
      records(record('t3', ['t1', 't2'], { effect: 'clearing', createdAtMs: NOON_MS + 2 })),
    );
    expect(snapshot.holds).toMatchObject([{ chainToken: 't1', amountMinor: 1000n }]);
    expect(snapshot.counters).toMatchObject([{ limitId: 1, amountMinor: 3000n, count: 1 }]);
    expect(snapshot.exceptions).toMatchObject([{ chainToken: 't1', transactionToken: 't2', reason: 'amount_rounded' }]);
  });

  const byMessage = record('t2', [], { effect: 'release', amountMinor: 300n });
  const namesMessage = {
    ...byMessage,
    links: { parentTransactionTokens: [], parentMessageTokens: ['message-of-t1'] },
  };
  const namesTransaction = record('t3', ['t1'], { effect: 'release', amountMinor: 200n });

  it.each([
    ['at once', [records(namesMessage, namesTransaction)]],
    ['one after the other', [records(namesTransaction), records(namesMessage)]],
    ['the other way round', [records(namesMessage), records(namesTransaction)]],
  ])('are one where only an approval of ours knows what both name: %s', async (_, steps) => {
    const { snapshot } = await after(decide('t1'), ...steps);
    expect(snapshot.holds).toMatchObject([{ chainToken: 't1', amountMinor: 500n }]);
    expect(snapshot.counters).toMatchObject([{ limitId: 1, amountMinor: 500n, count: 1 }]);
  });

  it('leave the hold of a chain to it when the record of an increment does not say what it adds to', async () => {
    const { snapshot } = await after(
      decide('t1'),
      decide('t2', 't1'),
      records(record('t2', [], { effect: 'increment' })),
    );
    expect(snapshot.holds).toMatchObject([{ chainToken: 't1', amountMinor: 2000n }]);
  });

  it('become one by a decision that comes after the records of both', async () => {
    const { snapshot } = await after(
      records(record('t1', [])),
      records(record('t3', ['t2'], { effect: 'release', amountMinor: 300n, createdAtMs: NOON_MS + 1 })),
      decide('t2', 't1'),
    );
    expect(snapshot.holds).toMatchObject([{ chainToken: 't1', amountMinor: 1700n }]);
    expect(snapshot.exceptions).toEqual([]);
  });

  it('count by the limits of where they book, once that is known', async () => {
    const unowned = { owner: undefined, cardToken: undefined, effect: 'clearing' } as const;
    const { snapshot } = await after(
      records(record('t1', [], { ...unowned, cardToken: 'card-1' })),
      records(record('t2', ['t1'], { effect: 'clearing', createdAtMs: NOON_MS + 1 })),
    );
    expect(snapshot.counters).toMatchObject([{ accountId: '1', limitId: 1, amountMinor: 2000n, count: 1 }]);
  });

  it('need no suspense account where there is nothing to book', async () => {
    const { applied, snapshot } = await after(
      records(record('t1', [], { outcome: 'contradictory', owner: undefined })),
    );
    expect(applied).toEqual([{ status: 'applied', chainToken: 't1' }]);
    expect(snapshot.exceptions).toMatchObject([{ reason: 'contradictory_outcome' }]);
  });

  it('tell a decline that comes after them what the platform said', async () => {
    const { versions: _versions, ...proposal } = buildProposal({
      request: { transactionToken: 't1', messageToken: 'message-of-t1' },
      decision: { outcome: 'decline', reason: 'card_lost' },
    });
    const decline: LedgerStep = { verb: 'authorize', proposals: [{ ...proposal, seen: {} }] };
    const { snapshot } = await after(records(record('t1', [], { isStandIn: true })), decline);
    expect(snapshot.decisions).toMatchObject([{ outcome: 'decline', confirmed: 'approved' }]);
    expect(snapshot.holds).toMatchObject([{ chainToken: 't1', amountMinor: 1000n }]);
  });

  it('are undone with the approval that made them, whatever name records have given them since', async () => {
    const { voids, snapshot } = await after(
      records(record('t3', ['t0', 't1'], { effect: 'release', amountMinor: 300n })),
      decide('t1'),
      { verb: 'void', messageToken: 'message-of-t1' },
    );
    expect(voids).toEqual(['voided']);
    expect(snapshot).toMatchObject({ holds: [], counters: [] });
  });

  it('stay one when the approval that joined them is undone', async () => {
    const { applied, snapshot } = await after(
      records(namesMessage),
      decide('t1'),
      records(namesTransaction),
      { verb: 'void', messageToken: 'message-of-t1' },
      records(record('t4', ['t3'], { effect: 'clearing' })),
    );
    expect(applied.map(({ chainToken }) => chainToken).at(-1)).toBe(snapshot.exceptions[0]?.chainToken);
    expect(new Set(snapshot.exceptions.map(({ chainToken }) => chainToken)).size).toBe(1);
  });

  it('are folded by one batch at a time, by whatever links it reaches them', async () => {
    const ledger = createRecordLedger(database.postgres, { policy: DEFAULT_CHAIN_POLICY });
    const target = await emptyPostgresTarget(database.postgres, hot, DEFAULT_CHAIN_POLICY);
    await replayHistory({ ...WORLD, steps: [records(record('t1', []))] }, target);
    const given = Array.from({ length: 10 }, (_, nth) => {
      const links =
        nth % 2 === 0
          ? { parentTransactionTokens: ['t1'], parentMessageTokens: [] }
          : { parentTransactionTokens: [], parentMessageTokens: ['message-of-t1'] };
      return buildRecord({ transactionToken: `back-${nth}`, effect: 'release', amountMinor: 10n, links });
    });
    await Promise.all(given.map((each) => ledger.applyRecords([each])));
    const { snapshot } = await replayHistory({ setUp: [], limits: [], steps: [] }, target);
    expect(snapshot.holds).toMatchObject([{ chainToken: 't1', amountMinor: 900n }]);
  });
});
