import {
  type Archive,
  type ArchiveCollection,
  type ArchiveDocument,
  type ArchiveQuery,
  Fault,
  type ServiceHealth,
} from '@freeway/core';
import type { PendingQuery, Row } from 'postgres';
import type { Postgres, Sql } from './connect.ts';
import { reactionTo } from './sql-errors.ts';

const TABLES: Readonly<Record<ArchiveCollection, string>> = {
  decisions: 'archive_decisions',
  messages: 'archive_messages',
};

const DEFAULT_LIMIT = 100;
// Well within the statement timeout, however much retention finds to remove.
const REMOVED_AT_ONCE = 5_000;
// From here on counting costs more than the last digits are worth.
const COUNTED_EXACTLY = 1_000_000;

/**
 * The archive on PostgreSQL: two tables (migrations/0100_archive.sql). The pool stays the caller's to close.
 * Its verbs throw Fault `unavailable` when the server is away; each may be repeated, being idempotent by id.
 */
export function createPostgresArchive(postgres: Postgres): Archive {
  async function run<T>(name: string, statement: (sql: Sql) => Promise<T>): Promise<T> {
    try {
      return await postgres.query(`archive.${name}`, statement);
    } catch (error) {
      if (reactionTo(error) === 'give_up') throw error;
      throw new Fault('unavailable', 'archive: PostgreSQL did not answer', { cause: error });
    }
  }

  return {
    insert: async (collection, documents) => {
      if (documents.length === 0) return 0;
      const inserted = await run(
        'insert',
        (sql) => sql`${insertInto(sql, collection, documents)} on conflict (id) do nothing`,
      );
      return inserted.count;
    },

    upsert: async (collection, document) => {
      await run('upsert', (sql) => sql`${insertInto(sql, collection, [document])} ${orReplace(sql)}`);
    },

    get: async (collection, id) => {
      const [row] = await run('get', (sql) => sql`${selectFrom(sql, collection)} where id = ${id}`);
      return row && documentOf(row);
    },

    known: async (collection, ids) => {
      const rows = await run(
        'known',
        (sql) => sql`select id from ${sql(TABLES[collection])} where id = any (${ids as string[]}::text[])`,
      );
      return new Set(rows.map((row) => row['id'] as string));
    },

    find: async (collection, query) => {
      const rows = await run(
        'find',
        (sql) => sql`
          ${selectFrom(sql, collection)} where ${matches(sql, query)}
            order by occurred_at desc, id desc limit ${query.limit ?? DEFAULT_LIMIT}`,
      );
      return rows.map(documentOf);
    },

    removeBefore: async (collection, beforeMs) => {
      let removed = 0;
      let batch: number;
      do {
        batch = await run('remove', (sql) => removeOldest(sql, collection, beforeMs));
        removed += batch;
      } while (batch === REMOVED_AT_ONCE);
      return removed;
    },

    statistics: () =>
      run('count', async (sql) => ({
        decisions: { documents: await countDocuments(sql, 'decisions') },
        messages: { documents: await countDocuments(sql, 'messages') },
      })),

    health: () => healthOf(postgres),
    close: async () => {},
  };
}

type Fragment = PendingQuery<Row[]>;

// Two parameters however many documents, so one prepared statement. Contents travel apart from the rest: JSON within JSON
// would be taken apart twice. Sorted, so that two batches with ids in common wait for each other and never deadlock.
const insertInto = (sql: Sql, collection: ArchiveCollection, documents: readonly ArchiveDocument[]): Fragment => {
  const sorted = documents.toSorted(byId);
  const contents = sorted.map(({ content }) => JSON.stringify(content)).join(BETWEEN_CONTENTS);
  return sql`
    insert into ${sql(TABLES[collection])} (id, transaction_token, account_id, card_token, occurred_at, content)
      select id, transaction_token, account_id, card_token, occurred_at, content::json
        from rows from (
          json_to_recordset(${JSON.stringify(sorted.map(rowOf))}::text::json)
            as (id text, transaction_token text, account_id text, card_token text, occurred_at timestamptz),
          unnest(string_to_array(${contents}, ${BETWEEN_CONTENTS}))
        ) as new (id, transaction_token, account_id, card_token, occurred_at, content)`;
};

// The record separator: no JSON text holds a control character as it is.
const BETWEEN_CONTENTS = '\u001e';

const byId = (one: ArchiveDocument, other: ArchiveDocument): number =>
  one.id < other.id ? -1 : Number(one.id > other.id);

const orReplace = (sql: Sql): Fragment => sql`
  on conflict (id) do update set
    transaction_token = excluded.transaction_token, account_id = excluded.account_id, card_token = excluded.card_token,
    occurred_at = excluded.occurred_at, content = excluded.content`;

const rowOf = (document: ArchiveDocument): Readonly<Record<string, string | undefined>> => ({
  id: document.id,
  transaction_token: document.transactionToken,
  account_id: document.accountId,
  card_token: document.cardToken,
  occurred_at: new Date(document.occurredAtMs).toISOString(),
});

const selectFrom = (sql: Sql, collection: ArchiveCollection): Fragment => sql`
  select id, transaction_token, account_id, card_token, (extract(epoch from occurred_at) * 1000)::bigint as occurred_at_ms,
         content::text as content
    from ${sql(TABLES[collection])}`;

const documentOf = (row: Row): ArchiveDocument => ({
  id: row['id'],
  ...(row['transaction_token'] !== null && { transactionToken: row['transaction_token'] }),
  ...(row['account_id'] !== null && { accountId: row['account_id'] }),
  ...(row['card_token'] !== null && { cardToken: row['card_token'] }),
  occurredAtMs: Number(row['occurred_at_ms']),
  content: JSON.parse(row['content']),
});

// Only what is asked for is in the statement, so that each shape of query is planned with the index it has.
const matches = (sql: Sql, query: ArchiveQuery): Fragment => {
  const { transactionToken, accountId, cardToken, sinceMs, untilMs } = query;
  return sql`true
    ${transactionToken === undefined ? sql`` : sql`and transaction_token = ${transactionToken}`}
    ${accountId === undefined ? sql`` : sql`and account_id = ${accountId}`}
    ${cardToken === undefined ? sql`` : sql`and card_token = ${cardToken}`}
    ${sinceMs === undefined ? sql`` : sql`and occurred_at >= ${new Date(sinceMs)}`}
    ${untilMs === undefined ? sql`` : sql`and occurred_at < ${new Date(untilMs)}`}`;
};

const removeOldest = async (sql: Sql, collection: ArchiveCollection, beforeMs: number): Promise<number> => {
  const table = sql(TABLES[collection]);
  const removed = await sql`
    delete from ${table} where id in (
      select id from ${table} where occurred_at < ${new Date(beforeMs)} order by occurred_at limit ${REMOVED_AT_ONCE})`;
  return removed.count;
};

const countDocuments = async (sql: Sql, collection: ArchiveCollection): Promise<number> => {
  const table = TABLES[collection];
  // The planner's estimate is -1 where nothing was counted yet.
  const [row] = await sql`
    select case when reltuples >= ${COUNTED_EXACTLY} then reltuples::bigint else (select count(*) from ${sql(table)}) end as count
      from pg_class where oid = ${table}::text::regclass`;
  return Number(row?.['count'] ?? 0);
};

const healthOf = async (postgres: Postgres): Promise<ServiceHealth> => {
  const startedMs = performance.now();
  try {
    await postgres.query('archive.health', (sql) => sql`select 1`);
    return { state: 'up', latencyMs: performance.now() - startedMs };
  } catch (error) {
    return { state: 'down', detail: error instanceof Error ? error.message : String(error) };
  }
};
