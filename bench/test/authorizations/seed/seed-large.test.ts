// A large programme is only worth measuring with if it is one: as an import makes it, with books that add up, and ready to go on.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Seeded, seedLarge } from '../../../src/authorizations/seed/seed-large.ts';
import { programmeLines } from '../../../src/authorizations/workload/programme-lines.ts';
import { openTestFreeway, type TestFreeway } from './seeded-freeway.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];
const CARDS = 2000;
const AUTHORIZATIONS = 20_000;
const signal = AbortSignal.timeout(120_000);

describe.skipIf(serverUrl === undefined)('a large programme', () => {
  let imported: TestFreeway;
  let seeded: TestFreeway;
  let result: Seeded;
  const said: string[] = [];

  beforeAll(async () => {
    [imported, seeded] = await Promise.all([
      openTestFreeway(serverUrl ?? '', signal),
      openTestFreeway(serverUrl ?? '', signal),
    ]);
    const file = join(imported.folder, 'programme.ndjson');
    await writeFile(file, [...programmeLines(CARDS)].join('\n'));
    await imported.freeway.run(['import', file], signal);
    result = await seedLarge({
      databaseUrl: seeded.databaseUrl,
      cards: CARDS,
      authorizations: AUTHORIZATIONS,
      signal,
      say: (line) => said.push(line),
    });
  });
  afterAll(() => Promise.all([imported?.close(), seeded?.close()]));

  const bothSay = async (query: string): Promise<void> => {
    const [wanted, found] = await Promise.all([imported.sql.unsafe(query), seeded.sql.unsafe(query)]);
    expect(wanted.length).toBeGreaterThan(0);
    expect([...found]).toEqual([...wanted]);
  };

  test('has the cards, accounts and limits that an import gives', async () => {
    await bothSay(
      `select kind, token, state, blocked, blocked_categories, platform_state_at from owners order by kind, token`,
    );
    await bothSay(`
      select token, owner_kind, owner_token, state, block, expires_at, blocked_categories, platform_state_at from cards order by token`);
    await bothSay(`
      select limit_id, token, subject_kind, subject_token, currency, limit_window, max_amount_minor, max_count from limits order by limit_id`);
    await bothSay(`
      select account_id, owner_kind, owner_token, currency, state, pending_credit_minor, credit_line_minor,
             posted_minor - coalesce((select sum(amount_minor) from entries e join ledger_transactions t using (account_id, ledger_transaction_id)
               where e.account_id = a.account_id and e.book = 'account' and t.kind <> 'opening_balance'), 0) as opening_minor
        from accounts a order by account_id`);
  });

  test('has the opening balances that an import books', async () => {
    await bothSay(`
      select account_id, ledger_transaction_id, idempotency_key, kind, reason, transaction_token, settlement_date, entry_number, book, amount_minor, currency
        from ledger_transactions t join entries e using (account_id, ledger_transaction_id)
        where kind = 'opening_balance' order by account_id, entry_number`);
  });

  test('has versions of facts that no later one meets', async () => {
    const [row] = await seeded.sql`
      select count(distinct version) as versions, max(version) < nextval('fact_version') as "areOlder"
        from (select version from owners union all select version from cards) v`;
    expect(row).toEqual({ versions: String(2 * CARDS), areOlder: true });
  });

  test('goes on numbering after the last of each', async () => {
    const { sql } = seeded;
    const identities = await sql<{ table: string; column: string }[]>`
      select c.table_name as table, c.column_name as column from information_schema.columns c
        where c.table_schema = 'public' and c.is_identity = 'YES'`;
    expect(identities.length).toBeGreaterThan(5);
    for (const { table, column } of identities) {
      const [row] = await sql`
        select coalesce(max(${sql(column)}), 0) <= coalesce(pg_sequence_last_value(pg_get_serial_sequence(${table}, ${column})::regclass), 0) as "goesOn"
          from ${sql(table)}`;
      expect({ table, goesOn: row?.['goesOn'] }).toEqual({ table, goesOn: true });
    }
    const [row] = await sql`
      select pg_sequence_last_value('decision_id') = (select max(decision_id) from decisions) as decisions,
             pg_sequence_last_value(pg_get_serial_sequence('outbox', 'seq')::regclass) = (select seq from relay_cursors) as told`;
    expect(row).toEqual({ decisions: true, told: true });
  });

  test('leaves tables, indexes, constraints and triggers as the migrations made them', async () => {
    await bothSay(`
      select t.relname as table, i.relname as index, pg_get_indexdef(x.indexrelid) as definition, x.indisvalid, x.indisready, x.indisprimary, x.indisunique
        from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
        where t.relnamespace = 'public'::regnamespace order by 1, 2`);
    await bothSay(`
      select conrelid::regclass::text as table, conname, contype, convalidated, pg_get_constraintdef(oid) as definition
        from pg_constraint where connamespace = 'public'::regnamespace order by 1, 2`);
    await bothSay(`
      select tgrelid::regclass::text as table, tgname, tgenabled from pg_trigger where not tgisinternal order by 1, 2`);
    await bothSay(
      `select relname, relpersistence, reloptions from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1`,
    );
  });

  test('says what it did', async () => {
    expect(result).toMatchObject({ cards: CARDS, authorizations: AUTHORIZATIONS });
    expect(result.bytes).toBeGreaterThan(10_000_000);
    expect(said[0]).toBe('seeding 2000 cards and 20000 past authorizations');
    expect(await countOf(seeded.sql, 'decisions')).toBe(AUTHORIZATIONS);
  });

  test('has cleared most of it, holds the last of it, and declined who stands badly', async () => {
    const rows = await seeded.sql`
      select coalesce(reason, case when h.chain_token is null then 'cleared' else 'held' end) as outcome, count(*)::integer as decisions
        from decisions d left join holds h on h.account_id = d.account_id and h.chain_token = d.chain_token group by 1 order by 1`;
    const outcomes = Object.fromEntries(rows.map((row) => [row['outcome'], row['decisions']]));
    expect(Object.keys(outcomes)).toEqual([
      'account_frozen',
      'card_suspended',
      'cleared',
      'held',
      'insufficient_funds',
    ]);
    expect(outcomes['cleared'] / AUTHORIZATIONS).toBeCloseTo(0.9 * 0.95, 1);
    expect(outcomes['held'] / AUTHORIZATIONS).toBeCloseTo(0.9 * 0.05, 1);
  });

  test('keeps every invariant of the ledger', async () => {
    expect(await seeded.freeway.run(['verify'], signal)).toMatch(/all \d+ invariants hold/);
  });

  test('ends at once when it is told to', async () => {
    const aborter = new AbortController();
    const empty = await openTestFreeway(serverUrl ?? '', signal);
    try {
      const options = { databaseUrl: empty.databaseUrl, cards: 10, authorizations: 10_000_000, signal: aborter.signal };
      const seeding = seedLarge({ ...options, say: () => setTimeout(() => aborter.abort(new Error('enough')), 200) });
      await expect(seeding).rejects.toThrow('enough');
      const [row] = await empty.sql`
        select count(*)::integer as others from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid() and state = 'active'`;
      expect(row?.['others']).toBe(0);
    } finally {
      await empty.close();
    }
  });

  test('wants pairs of authorizations, and a card', async () => {
    const options = { databaseUrl: imported.databaseUrl, signal, say: () => undefined };
    await expect(seedLarge({ ...options, cards: 10, authorizations: 11 })).rejects.toThrow(RangeError);
    await expect(seedLarge({ ...options, cards: 0, authorizations: 10 })).rejects.toThrow(RangeError);
  });

  test('refuses a database that is not empty', async () => {
    const again = { databaseUrl: imported.databaseUrl, cards: 10, authorizations: 10, signal, say: () => undefined };
    await expect(seedLarge(again)).rejects.toThrow('only an empty database can be seeded');
    expect(await countOf(imported.sql, 'cards')).toBe(CARDS);
  });
});

async function countOf(sql: postgres.Sql, table: string): Promise<number> {
  const [row] = await sql`select count(*)::integer as rows from ${sql(table)}`;
  return row?.['rows'] as number;
}
