// A migration while gateways of the release before commit, and while somebody reads for long: everybody goes on.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Postgres } from '../src/connect.ts';
import { verifyLedger } from '../src/invariants.ts';
import { HOT_SESSION } from '../src/ledger.ts';
import { commit0017 } from './released/commit-0017.ts';
import type { Committed, Purchase } from './released/purchase.ts';
import {
  type EarlierDatabase,
  FILES,
  FIRST_RELEASE,
  heldOf,
  openEarlierDatabase,
  openPayer,
  type Payer,
} from './upgrade-world.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

/** What a release may bring, each on a table that every commit uses. */
const EXPANSIONS: Readonly<Record<string, string>> = {
  '0901_columns.sql': `
    alter table decisions add column shade text;
    alter table accounts add column tint text not null default 'none';
    alter table counters add constraint counters_whole check (count >= -1) not valid;`,
  '0902_index.sql': `-- outside a transaction
    drop index concurrently if exists decisions_shade;
    create index concurrently decisions_shade on decisions (shade) where shade is not null; -- and; nothing else`,
  '0903_validated.sql': 'alter table counters validate constraint counters_whole;',
};

const GATEWAYS = 4;

interface Load {
  /** Resolves once that many more commits have been answered. */
  answered(more: number): Promise<void>;
  /** Resolves to what was sent, each with its answer. */
  stop(): Promise<readonly (readonly [Purchase, Committed])[]>;
}

/** Gateways that commit one purchase after the other; what cannot have its lock in time is sent again, as a gateway does. */
function startLoad(pools: readonly Postgres[], payers: readonly Payer[]): Load {
  const answers: (readonly [Purchase, Committed])[] = [];
  const stop = new AbortController();
  const running = pools.map(async ({ sql }, gateway) => {
    for (let number = 0; !stop.signal.aborted; number++) {
      const payer = payers[number % payers.length] as Payer;
      const purchase = { ...payer, token: `t-${gateway}-${number}`, amountMinor: 1 + (number % 7) };
      answers.push([purchase, await commitAtLast(sql, purchase)]);
    }
  });
  const failed = Promise.all(running);
  return {
    async answered(more) {
      const enough = answers.length + more;
      const reached = async (): Promise<void> => {
        while (answers.length < enough) await new Promise((resolve) => setTimeout(resolve, 10));
      };
      await Promise.race([reached(), failed]);
    },
    async stop() {
      stop.abort();
      await failed;
      return answers;
    },
  };
}

async function commitAtLast(sql: Postgres['sql'], purchase: Purchase): Promise<Committed> {
  for (;;) {
    try {
      return await commit0017(sql, purchase);
    } catch (error) {
      if ((error as { code?: string }).code !== '55P03') throw error;
    }
  }
}

describe.skipIf(serverUrl === undefined)('a migration under load', () => {
  let database: EarlierDatabase;
  let payers: readonly Payer[];
  beforeAll(async () => {
    database = await openEarlierDatabase(serverUrl ?? '', FIRST_RELEASE);
    payers = await Promise.all(['ada', 'bob', 'cyd'].map((name) => openPayer(database.postgres, name)));
  });
  afterAll(() => database.close());

  it('lets commits go on while it waits for a reader, and loses none of them', async () => {
    const { postgres } = database;
    const load = startLoad(
      Array.from({ length: GATEWAYS }, () => database.connect({ poolMax: 1, session: HOT_SESSION })),
      payers,
    );
    await load.answered(20);

    // A dump, or verify: it reads what the migration changes, for as long as it likes.
    const { promise: read, resolve: endRead } = Promise.withResolvers<void>();
    const { promise: reading, resolve: begin } = Promise.withResolvers<void>();
    const reader = postgres.transaction('reader', async (sql) => {
      await sql`select count(*) from decisions, accounts, counters`;
      begin();
      await read;
    });
    await reading;

    const { promise: gaveWay, resolve: gives } = Promise.withResolvers<string>();
    const log = (line: string): void => {
      if (line.includes('gives way')) gives(line);
    };
    const migrated = database.migrateTo(FILES, { log }, EXPANSIONS);
    expect(await Promise.race([gaveWay, migrated.then(() => 'it did not wait')])).toMatch(
      /^0\d+_\w+\.sql gives way to others and tries again: the oldest transaction is that of freeway \(pid \d+\)/,
    );
    // The reader is still there, and so is the migration.
    await load.answered(50);
    endRead();
    await reader;
    await migrated;
    await load.answered(50);
    const answers = await load.stop();

    expect(answers.filter(([, { status, approved }]) => status !== 'committed' || !approved)).toEqual([]);
    const stored =
      await postgres.sql`select transaction_token, decision_id, amount_minor from decisions where approved`;
    expect(
      new Set(stored.map((row) => `${row['transaction_token']} ${row['decision_id']} ${row['amount_minor']}`)),
    ).toEqual(
      new Set(answers.map(([{ token, amountMinor }, { decisionId }]) => `${token} ${decisionId} ${amountMinor}`)),
    );
    for (const { accountId } of payers) {
      const sent = answers.filter(([purchase]) => purchase.accountId === accountId);
      expect(await heldOf(postgres, accountId)).toBe(sent.reduce((sum, [{ amountMinor }]) => sum + amountMinor, 0));
    }
    const [index] = await postgres.sql`select indisvalid from pg_index where indexrelid = 'decisions_shade'::regclass`;
    expect(index).toEqual({ indisvalid: true });
    expect((await verifyLedger(postgres)).filter(({ ok }) => !ok)).toEqual([]);
  });

  it('gives up in the end, names who is in the way, and leaves nothing behind', async () => {
    const { postgres } = database;
    const own = { '0904_never.sql': 'create table never (id bigint); alter table decisions add column never text;' };
    const { promise: read, resolve: endRead } = Promise.withResolvers<void>();
    const { promise: reading, resolve: begin } = Promise.withResolvers<void>();
    const reader = postgres.transaction('reader', async (sql) => {
      await sql`select from decisions limit 1`;
      begin();
      await read;
    });
    await reading;
    await expect(database.migrateTo(FILES, { patienceMs: 0 }, own)).rejects.toThrow(
      /^0904_never\.sql could not get its locks while others went on: the oldest transaction is that of freeway \(pid \d+\)/,
    );
    endRead();
    await reader;
    expect(await postgres.sql`select to_regclass('never') as made`).toEqual([{ made: null }]);
    await database.migrateTo(FILES, {}, own);
  });

  it('makes an index anew that was left half built', async () => {
    const { postgres } = database;
    await postgres.sql`create table notes (note text)`;
    await postgres.sql`insert into notes values ('twice'), ('twice')`;
    const own = {
      '0905_notes.sql':
        '-- outside a transaction\ndrop index concurrently if exists notes_once;\ncreate unique index concurrently notes_once on notes (note);',
    };
    await expect(database.migrateTo([], {}, own)).rejects.toMatchObject({ code: '23505' });
    await postgres.sql`delete from notes`;
    await database.migrateTo([], {}, own);
    const [index] = await postgres.sql`select indisvalid from pg_index where indexrelid = 'notes_once'::regclass`;
    expect(index).toEqual({ indisvalid: true });
  });
});
