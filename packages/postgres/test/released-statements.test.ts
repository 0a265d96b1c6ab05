// While a release is rolled out, processes of the one before go on, on the new schema: every statement they send must still
// be understood. They were written down from the processes themselves (scripts/release/record-statements.ts).
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

interface ReleasedStatement {
  readonly application: string;
  readonly text: string;
  /** Types that it declares for its parameters; 0 where it leaves them open. */
  readonly types: readonly number[];
}

const STATEMENTS = JSON.parse(
  readFileSync(new URL('released/statements.json', import.meta.url), 'utf8'),
) as readonly ReleasedStatement[];

it('every kind of process is among them', () => {
  expect(new Set(STATEMENTS.map(({ application }) => application))).toEqual(
    new Set(['freeway-commits', 'freeway-facts', 'freeway-forward', 'freeway-sweeper', 'freeway-worker']),
  );
  const texts = STATEMENTS.map(({ text }) => text).join('\n');
  for (const word of [
    'authorize_batch',
    'outbox',
    'relay_cursors',
    'chain_links',
    'holds',
    'entries',
    'stored_webhooks',
  ])
    expect(texts).toContain(word);
});

describe.skipIf(serverUrl === undefined)('what the release before sends', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase(serverUrl ?? '');
  });
  afterAll(() => database.close());

  /** Why the server does not understand it; undefined if it does. */
  async function whyNot({ text, types }: ReleasedStatement): Promise<string | undefined> {
    return database.postgres.sql
      .begin(async (sql) => {
        const names = await sql`
          select case oid when 0 then 'unknown' else format_type(oid, null) end as name
            from unnest(${`{${types.join(',')}}`}::oid[]) with ordinality as t (oid, i) order by i`;
        const declared = names.length === 0 ? '' : `(${names.map((row) => row['name'] as string).join(', ')})`;
        await sql.unsafe(`prepare released${declared} as ${text}`).simple();
        await sql.unsafe('deallocate released');
        return undefined;
      })
      .catch((error: Error) => error.message);
  }

  it('the present schema understands', async () => {
    const refused: string[] = [];
    for (const statement of STATEMENTS) {
      const why = await whyNot(statement);
      if (why !== undefined) refused.push(`${why}: ${statement.text.trim().slice(0, 200)}`);
    }
    expect(refused).toEqual([]);
  });

  it('would be refused on a schema that had taken something away', async () => {
    await database.postgres.sql`alter table holds rename column expires_at to lapses_at`;
    const refused = [];
    for (const statement of STATEMENTS) refused.push(await whyNot(statement));
    await database.postgres.sql`alter table holds rename column lapses_at to expires_at`;
    expect(refused.filter((why) => why?.includes('expires_at')).length).toBeGreaterThan(0);
  });
});
