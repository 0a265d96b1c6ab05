import { decisionFill } from './decision-fill.ts';
import { fillTable } from './fill-table.ts';
import { finishSeeding } from './finish-seeding.ts';
import { type Lanes, openLanes } from './lanes.ts';
import { counterFill, entryFill, holdFill, ledgerTransactionFill } from './ledger-fills.ts';
import { type Past, planPast } from './plan-past.ts';
import { accountFill, programmeFills } from './programme-fills.ts';
import { recordFills } from './record-fills.ts';
import { runStatement } from './run-statement.ts';
import { startSeedProgress } from './seed-progress.ts';
import { rowsOf, type TableFill } from './table-fill.ts';
import { takeOffReferences, takeOffStructure } from './table-structure.ts';

export interface SeedOptions {
  /** Migrated and empty. One in which a seeding failed or was aborted is of no use any more. */
  readonly databaseUrl: string;
  /** Each with a user, an account and two limits (workload/programme-lines.ts). */
  readonly cards: number;
  /** Of the past; an even number. */
  readonly authorizations: number;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

export interface Seeded {
  readonly cards: number;
  readonly authorizations: number;
  readonly seconds: number;
  /** Of the database on disk, without its log. */
  readonly bytes: number;
}

/** What the indexes of a row cost where to write it costs 1. */
const INDEX_SHARE = 0.6;

/**
 * A programme that has run for a month, made by PostgreSQL itself, table by table: its cards as an import would make them, and
 * what was bought with them as gateway and workers would have left it. Not in it: the audit, the archive, and what the platform
 * says of its own balances, none of which an authorization looks at.
 */
export async function seedLarge(options: SeedOptions): Promise<Seeded> {
  const { databaseUrl, cards, authorizations, say } = options;
  if (cards < 1) throw new RangeError('a programme has a card or more');
  if (authorizations < 2 || authorizations % 2 !== 0)
    throw new RangeError('past authorizations come in pairs: one opens a purchase, the other raises it');
  const startedAtMs = performance.now();
  const past = planPast({ users: cards, purchases: authorizations / 2 }, Date.now());
  const lanes = await openLanes(databaseUrl);
  try {
    say(`seeding ${cards} cards and ${authorizations} past authorizations`);
    await seed(lanes, past, options);
    const [row] = await lanes.sql<{ bytes: string }[]>`select pg_database_size(current_database()) as bytes`;
    const seconds = (performance.now() - startedAtMs) / 1000;
    const bytes = Number(row?.bytes);
    say(`seeded in ${seconds.toFixed(0)} s: ${(bytes / 1e9).toFixed(2)} GB`);
    return { cards, authorizations, seconds, bytes };
  } finally {
    await lanes.close();
  }
}

/** Tables first, then indexes: a row can be frozen while it is in memory as long as no statement lasts. */
async function seed(lanes: Lanes, past: Past, { signal, say }: SeedOptions): Promise<void> {
  const fills = fillsOf(past);
  const tables = fills.map(({ table }) => table);
  await refuseIfFilled(lanes, tables);
  const references = await takeOffReferences(lanes.sql, tables);
  const structures = new Map<string, readonly string[]>();
  for (const table of tables) structures.set(table, await takeOffStructure(lanes.sql, table));
  const work = fills.reduce((sum, fill) => sum + rowsOf(fill) * (1 + INDEX_SHARE), 0);
  const progress = startSeedProgress(work, say);
  try {
    await lanes.run(fills, (sql, fill, either) => fillTable(sql, fill, progress, either), signal);
    await lanes.run(
      fills,
      async (sql, fill, either) => {
        for (const statement of structures.get(fill.table) ?? []) await runStatement(sql, statement, either);
        progress.advance(`indexes of ${fill.table}`, rowsOf(fill) * INDEX_SHARE);
      },
      signal,
    );
  } finally {
    progress.stop();
  }
  await finishSeeding(lanes, past, { tables, references, signal });
}

/** The largest first, so that no lane is left with one of them at the end. */
function fillsOf(past: Past): readonly TableFill[] {
  return [
    ...programmeFills(past),
    accountFill(past),
    decisionFill(past),
    holdFill(past),
    counterFill(past),
    ledgerTransactionFill(past),
    entryFill(past),
    ...recordFills(past),
  ].toSorted((a, b) => rowsOf(b) - rowsOf(a));
}

async function refuseIfFilled({ sql }: Lanes, tables: readonly string[]): Promise<void> {
  for (const table of tables) {
    const [row] = await sql<{ filled: boolean }[]>`select exists (select from ${sql(table)}) as filled`;
    if (row?.filled === true) throw new Error(`only an empty database can be seeded, and this one has ${table}`);
  }
}
