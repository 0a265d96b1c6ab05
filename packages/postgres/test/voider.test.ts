// money.md *doubt*: an approval whose caller was told no is undone in full, once, and only if it is still in doubt.
import { type FaultProxy, openFaultProxy } from '@freeway/testkit/fault-proxy';
import { approval, buildProposal } from '@freeway/testkit';
import type { Proposal } from '@freeway/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { authorizeBatch } from '../src/authorize-statement.ts';
import type { Postgres } from '../src/connect.ts';
import { verifyLedger } from '../src/invariants.ts';
import { createVoider, voidAuthorization, type Voider, type VoiderOptions } from '../src/voider.ts';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

const later = ({ voider }: { readonly voider: Voider }, { request, attemptId = '' }: Proposal) =>
  voider.later(request, attemptId);

describe.skipIf(serverUrl === undefined)('voiding', () => {
  let database: TestDatabase;
  let postgres: Postgres;
  let sql: Postgres['sql'];
  let accountId: string;
  let limitId: number;
  beforeAll(async () => {
    database = await openTestDatabase(serverUrl ?? '');
    postgres = database.postgres;
    sql = postgres.sql;
  });
  afterAll(() => database.close());
  let owners = 0;
  beforeEach(async () => {
    const owner = `owner-${++owners}`;
    await sql`insert into owners (kind, token) values ('user', ${owner})`;
    const [account] = await sql`
      insert into accounts (owner_kind, owner_token, currency, credit_line_minor)
        values ('user', ${owner}, 'EUR', 100000) returning account_id`;
    accountId = account?.['account_id'];
    const [limit] = await sql`
      insert into limits (token, subject_kind, subject_token, currency, limit_window, max_count)
        values (${owner}, 'user', ${owner}, 'EUR', 'month', 100) returning limit_id`;
    limitId = limit?.['limit_id'];
  });

  let tokens = 0;
  const propose = (changes: Partial<Proposal> = {}, effect: 'hold' | 'expected_credit' | 'none' = 'hold'): Proposal => {
    const token = `t-${++tokens}`;
    const counter = {
      limitId,
      window: 'month',
      windowStart: '2026-03-01',
      amountMinor: 1000n,
      count: 1,
      maxCount: 100,
    } as const;
    return buildProposal({
      accountId,
      chainToken: token,
      attemptId: String(tokens),
      request: {
        transactionToken: token,
        messageToken: `m-${token}`,
        owner: { kind: 'user', token: `owner-${owners}` },
      },
      decision: approval({ effect, counters: effect === 'hold' ? [counter] : [] }),
      ...changes,
    });
  };
  const commit = (...proposals: Proposal[]) => authorizeBatch(sql, proposals);
  const voidIt = ({ request, attemptId = '' }: Proposal) =>
    voidAuthorization(postgres, request.messageToken, attemptId);
  const state = async () => {
    const [account] = await sql`select held_minor, pending_credit_minor from accounts where account_id = ${accountId}`;
    const counters = await sql`select amount_minor, count from counters where account_id = ${accountId}`;
    return { held: account?.['held_minor'], pending: account?.['pending_credit_minor'], counters: [...counters] };
  };
  const broken = async () => (await verifyLedger(postgres)).filter(({ ok }) => !ok).map(({ name }) => name);

  it('gives hold and counters back in full, and the stored decision becomes the answer that was given', async () => {
    const proposal = propose();
    await commit(proposal, propose());
    expect(await state()).toEqual({ held: '2000', pending: '0', counters: [{ amount_minor: '2000', count: 2 }] });
    expect(await voidIt(proposal)).toBe('voided');
    expect(await state()).toEqual({ held: '1000', pending: '0', counters: [{ amount_minor: '1000', count: 1 }] });
    expect(await commit(proposal)).toMatchObject([
      { status: 'repeat', decision: { outcome: 'decline', reason: 'ledger_unavailable' } },
    ]);
    expect(await broken()).toEqual([]);
  });

  it('undoes once', async () => {
    const proposal = propose();
    await commit(proposal);
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => voidIt(proposal)));
    expect(outcomes.toSorted()).toEqual([...Array(9).fill('declined'), 'voided']);
    expect(await state()).toMatchObject({ held: '0' });
    expect(await broken()).toEqual([]);
  });

  it('of an increment: gives its amount back, the base hold and the count stay', async () => {
    const base = propose();
    const increment = propose({ chainToken: base.chainToken });
    const counter = { limitId, window: 'month', windowStart: '2026-03-01', amountMinor: 1000n, count: 0 } as const;
    const kind = { ...increment.request, kind: 'increment', method: 'increment' } as const;
    const joined = { ...increment, request: kind, decision: approval({ counters: [counter] }) };
    await commit(base);
    await commit(joined);
    expect(await voidIt(joined)).toBe('voided');
    expect(await state()).toEqual({ held: '1000', pending: '0', counters: [{ amount_minor: '1000', count: 1 }] });
    expect(await broken()).toEqual([]);
  });

  it('of a base: its increment stays', async () => {
    const base = propose();
    const increment = propose({ chainToken: base.chainToken });
    await commit(base);
    await commit(increment);
    expect(await voidIt(base)).toBe('voided');
    expect(await state()).toMatchObject({ held: '1000' });
    expect(await broken()).toEqual([]);
  });

  it('of an expected credit: nothing is expected any more', async () => {
    const proposal = propose({}, 'expected_credit');
    await commit(proposal);
    expect(await state()).toMatchObject({ pending: '1000' });
    expect(await voidIt(proposal)).toBe('voided');
    expect(await state()).toMatchObject({ pending: '0' });
    expect(await sql`select 1 from expected_credits where account_id = ${accountId}`).toEqual([]);
    expect(await broken()).toEqual([]);
  });

  it('of what moved nothing: only the decision changes', async () => {
    const proposal = propose({}, 'none');
    await commit(proposal);
    expect(await voidIt(proposal)).toBe('voided');
    expect(await commit(proposal)).toMatchObject([{ decision: { outcome: 'decline' } }]);
  });

  it('a counter of a day or month that is over is given back where it counted', async () => {
    const earlier = propose({ countedAtMs: Date.UTC(2026, 1, 28, 23, 59, 59) });
    const counter = { limitId, window: 'month', windowStart: '2026-02-01', amountMinor: 1000n, count: 1 } as const;
    const counted = { ...earlier, decision: approval({ counters: [counter] }) };
    await commit(counted, propose());
    expect(await voidIt(counted)).toBe('voided');
    const rows = await sql`
      select window_start::text as month, amount_minor, count from counters where account_id = ${accountId} order by 1`;
    expect(rows).toEqual([
      { month: '2026-02-01', amount_minor: '0', count: 0 },
      { month: '2026-03-01', amount_minor: '1000', count: 1 },
    ]);
  });

  it('leaves alone what a record has confirmed, what was declined, what another arrival made, and what is not there', async () => {
    const [confirmed, declined, another] = [propose(), propose(), propose()];
    await commit(confirmed, { ...declined, decision: { outcome: 'decline', reason: 'card_lost' } }, another);
    await sql`update decisions set confirmed = true where message_token = ${confirmed.request.messageToken}`;
    expect(await voidIt(confirmed)).toBe('confirmed');
    expect(await voidIt(declined)).toBe('declined');
    expect(await voidIt({ ...another, attemptId: '999' })).toBe('answered');
    expect(await voidIt(propose())).toBe('absent');
    expect(await state()).toMatchObject({ held: '2000' });
  });

  const open = (options: VoiderOptions = {}, on: Postgres = postgres) => {
    const outcomes: string[] = [];
    const onOutcome = (token: string, outcome: string) => outcomes.push(`${token} ${outcome}`);
    return { outcomes, voider: createVoider(on, { intervalMs: 5, onOutcome, ...options }) };
  };

  describe('the voider', () => {
    it('waits for what has not landed, voids it when it does, and then forgets it', async () => {
      const proposal = propose();
      const under = open();
      later(under, proposal);
      expect([under.voider.pending(), under.voider.isOpen(proposal.request)]).toEqual([1, true]);
      await commit(proposal);
      await vi.waitFor(() => expect(under.voider.pending()).toBe(0), { timeout: 10_000 });
      expect(under.outcomes).toEqual([`${proposal.request.messageToken} voided`]);
      expect(under.voider.isOpen(proposal.request)).toBe(false);
      expect(await state()).toMatchObject({ held: '0' });
      await under.voider.stop();
    });

    it('is open for the message and for the transaction, until the last of its arrivals is found', async () => {
      const proposal = propose();
      const under = open({ intervalMs: 60_000 });
      later(under, proposal);
      later(under, { ...proposal, attemptId: '12345' });
      const { messageToken, transactionToken } = proposal.request;
      expect(under.voider.isOpen({ messageToken, transactionToken: 'x' })).toBe(true);
      expect(under.voider.isOpen({ messageToken: 'x', transactionToken })).toBe(true);
      expect(under.voider.isOpen({ messageToken: transactionToken, transactionToken: messageToken })).toBe(false);
      await commit(proposal);
      await under.voider.stop();
      expect(under.outcomes.toSorted()).toEqual([`${messageToken} declined`, `${messageToken} voided`]);
      expect(under.voider.isOpen(proposal.request)).toBe(false);
    });

    it('gives up on what has not landed long after its statement timed out', async () => {
      let nowMs = 0;
      const proposal = propose();
      const under = open({ clock: () => nowMs, giveUpAfterMs: 1000, intervalMs: 60_000 });
      later(under, proposal);
      await under.voider.stop();
      expect([under.voider.pending(), under.outcomes]).toEqual([1, []]);
      nowMs = 1000;
      await under.voider.stop();
      expect([under.voider.pending(), under.outcomes]).toEqual([0, [`${proposal.request.messageToken} absent`]]);
    });

    it('goes on when the database is back', async () => {
      const { hostname, port } = new URL(database.url);
      const proxy: FaultProxy = await openFaultProxy({ host: hostname, port: Number(port || 5432) });
      const url = new URL(database.url);
      url.hostname = '127.0.0.1';
      url.port = String(proxy.port);
      const under = open({}, database.connect({ url: url.href, poolMax: 1 }));
      const proposals = [propose(), propose(), propose()];
      await commit(...proposals);
      await proxy.refuse();
      for (const proposal of proposals) later(under, proposal);
      await expect(voidAuthorization(database.connect({ url: url.href, poolMax: 1 }), 'any', '1')).rejects.toThrow();
      expect([under.voider.pending(), under.outcomes]).toEqual([3, []]);
      await proxy.forward();
      await vi.waitFor(() => expect(under.voider.pending()).toBe(0), { timeout: 15_000 });
      expect(under.outcomes).toEqual(proposals.map(({ request }) => `${request.messageToken} voided`));
      await under.voider.stop();
      await proxy.close();
    });
  });
});
