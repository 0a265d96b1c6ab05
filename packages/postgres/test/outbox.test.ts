// The outbox: in commit order, nothing skipped however transactions overlap, removed only once it was published.
import { buildProposal } from '@freeway/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { authorizeBatch } from '../src/authorize-statement.ts';
import type { Postgres, Sql } from '../src/connect.ts';
import {
  moveRelayCursor,
  OUTBOX_START,
  outboxBacklog,
  type OutboxPosition,
  pruneOutbox,
  readOutbox,
  readRelayCursor,
} from '../src/outbox.ts';
import { voidAuthorization } from '../src/voider.ts';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { sealAll } from './seal-under-test.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

const declined = (token: string, record = `{"transaction_token":"${token}"}`) => {
  const proposal = buildProposal({
    decision: { outcome: 'decline', reason: 'card_lost' },
    request: { transactionToken: token, messageToken: `m-${token}` },
    accountId: undefined,
    record,
  });
  return { ...proposal };
};

describe.skipIf(serverUrl === undefined)('the outbox', () => {
  let database: TestDatabase;
  let postgres: Postgres;
  beforeAll(async () => {
    database = await openTestDatabase(serverUrl ?? '');
    postgres = database.postgres;
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await postgres.sql`truncate outbox, decisions, relay_cursors`;
  });

  const commit = (...tokens: string[]) =>
    authorizeBatch(
      postgres.sql,
      tokens.map((token) => declined(token)),
    );
  const read = (after: OutboxPosition = OUTBOX_START, limit = 100) => readOutbox(postgres, after, limit);
  const tokensOf = (rows: Awaited<ReturnType<typeof read>>) =>
    rows.map(({ body }) => JSON.parse(body).transaction_token as string);

  /** A commit that has written and is still open. */
  async function openCommit(token: string): Promise<{ end(): Promise<void>; rollBack(): Promise<void> }> {
    const { promise: ended, resolve: end, reject: rollBack } = Promise.withResolvers<void>();
    const { promise: written, resolve: write } = Promise.withResolvers<void>();
    const transaction = postgres.transaction('open', async (sql) => {
      await authorizeBatch(sql as unknown as Sql, [declined(token)]);
      write();
      await ended;
    });
    const settled = transaction.catch(() => undefined);
    await written;
    return {
      end: async () => {
        end();
        await settled;
      },
      rollBack: async () => {
        rollBack(new Error('rolled back'));
        await settled;
      },
    };
  }

  it('is read in the order of the batch and of the commits, page by page', async () => {
    await commit('a', 'b', 'c');
    await commit('d');
    await commit('e');
    const first = await read(OUTBOX_START, 2);
    expect(tokensOf(first)).toEqual(['a', 'b']);
    const rest = await read(first.at(-1)?.position);
    expect(tokensOf(rest)).toEqual(['c', 'd', 'e']);
    expect(await read(rest.at(-1)?.position)).toEqual([]);
  });

  it('tells of the decision as it was committed, beside what the gateway recorded', async () => {
    await authorizeBatch(postgres.sql, [declined('a', '{"source":"http","network":"VISA","stages_ms":{"decode":1}}')]);
    const [row] = await read();
    expect(JSON.parse(row?.body ?? '')).toMatchObject({
      source: 'http',
      network: 'VISA',
      stages_ms: { decode: 1 },
      decision_id: row?.decisionId,
      outcome: 'decline',
      reason: 'card_lost',
      effect: 'none',
      transaction_token: 'a',
      message_token: 'm-a',
    });
    expect(row?.accountId).toBe('0');
  });

  it('skips nothing that commits late: what came after an open transaction waits for it', async () => {
    await commit('before');
    const late = await openCommit('late');
    await commit('after');
    const first = await read();
    expect(tokensOf(first)).toEqual(['before']);
    const cursor = first.at(-1)?.position;
    expect(await read(cursor)).toEqual([]);
    await late.end();
    expect(tokensOf(await read(cursor))).toEqual(['late', 'after']);
  });

  it('waits no longer for a transaction that was rolled back', async () => {
    const gone = await openCommit('gone');
    await commit('after');
    expect(await read()).toEqual([]);
    await gone.rollBack();
    expect(tokensOf(await read())).toEqual(['after']);
  });

  it('waits for a transaction that has not written yet, too', async () => {
    const { promise: go, resolve: release } = Promise.withResolvers<void>();
    const { promise: started, resolve: start } = Promise.withResolvers<void>();
    const open = postgres.transaction('open', async (sql) => {
      await sql`select pg_current_xact_id()`;
      start();
      await go;
      await authorizeBatch(sql as unknown as Sql, [declined('first')]);
    });
    await started;
    await commit('second');
    expect(await read()).toEqual([]);
    release();
    await open;
    expect(tokensOf(await read())).toEqual(['first', 'second']);
  });

  it('moves its cursor forward and never back', async () => {
    await commit('a');
    await commit('b');
    const rows = await read();
    const [a, b] = rows.map(({ position }) => position) as [OutboxPosition, OutboxPosition];
    expect(await readRelayCursor(postgres, 'relay')).toEqual(OUTBOX_START);
    expect(await outboxBacklog(postgres, 'relay')).toBe(2);
    await moveRelayCursor(postgres, 'relay', b);
    await moveRelayCursor(postgres, 'relay', a);
    expect(await readRelayCursor(postgres, 'relay')).toEqual(b);
    expect(await outboxBacklog(postgres, 'relay')).toBe(0);
    expect(await readRelayCursor(postgres, 'another')).toEqual(OUTBOX_START);
    expect(await outboxBacklog(postgres, 'another')).toBe(2);
  });

  it('compares positions as numbers: xid 10 comes after xid 9', async () => {
    await commit('a');
    const [{ position } = { position: OUTBOX_START }] = await read();
    await moveRelayCursor(postgres, 'relay', { xid: '9', seq: '99' });
    await moveRelayCursor(postgres, 'relay', { xid: '10', seq: '1' });
    expect(await readRelayCursor(postgres, 'relay')).toEqual({ xid: '10', seq: '1' });
    expect(tokensOf(await read({ xid: '9', seq: '99' }))).toEqual(['a']);
    expect(await read(position)).toEqual([]);
  });

  it('removes what is published, sealed and old, and nothing else', async () => {
    await commit('published and old');
    await commit('published');
    await commit('old');
    await commit('new');
    await postgres.sql`
      update outbox o set created_at = now() - interval '2 hours' from decisions d
        where d.decision_id = o.decision_id and d.transaction_token in ('published and old', 'old')`;
    const [, published] = await read();
    await moveRelayCursor(postgres, 'relay', published?.position ?? OUTBOX_START);
    expect(await pruneOutbox(postgres, 'relay', 3_600_000)).toBe(0);
    await sealAll(postgres);
    expect(await pruneOutbox(postgres, 'relay', 3_600_000)).toBe(1);
    expect(tokensOf(await read())).toEqual(['published', 'old', 'new']);
    expect(await pruneOutbox(postgres, 'relay', 0)).toBe(1);
    expect(tokensOf(await read())).toEqual(['old', 'new']);
    expect(await pruneOutbox(postgres, 'nobody', 0)).toBe(0);
  });

  it('a void is told as a fact of its own, after the approval', async () => {
    const approved = buildProposal({
      decision: { outcome: 'approve', reservation: { effect: 'none', messageClass: 'dual', counters: [] } },
      accountId: undefined,
      attemptId: '7',
      request: { transactionToken: 'v', messageToken: 'm-v' },
      record: '{"source":"http"}',
    });
    await authorizeBatch(postgres.sql, [approved]);
    await commit('after');
    expect(await voidAuthorization(postgres, 'm-v', '7')).toBe('voided');
    const told = (await read()).map(({ body }) => JSON.parse(body));
    expect(told.map(({ source, transaction_token }) => [source, transaction_token])).toEqual([
      ['http', 'v'],
      [undefined, 'after'],
      ['void', 'v'],
    ]);
    expect(told[2]).toMatchObject({ outcome: 'decline', reason: 'ledger_unavailable', effect: 'none' });
  });
});
