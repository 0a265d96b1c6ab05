// What a row's fields are written as, the server reads as it was.
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { numbersField, rowLiteral, textField } from '../src/row-literal.ts';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

describe.skipIf(serverUrl === undefined)('rows in arrays', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase(serverUrl ?? '');
  });
  afterAll(() => database.close());

  /** Requests with these owner tokens and limits, sent and read back. */
  async function echo(rows: readonly (readonly [token: string | undefined, limits: readonly number[]])[]) {
    const fields = Array.from({ length: 28 }, () => '');
    const literal = rows.map(([token, limits]) =>
      rowLiteral(fields.with(5, textField(token)).with(23, numbersField(limits))),
    );
    const answer = await database.postgres.sql.unsafe(
      'select r.owner_token, r.limit_ids::text from unnest($1::authorization_request[]) with ordinality as r order by r.ordinality',
      [`{${literal.join(',')}}`],
      { prepare: true },
    );
    return answer.map((row) => [row['owner_token'] ?? undefined, row['limit_ids'] ?? undefined]);
  }

  it.each([
    '',
    ' ',
    'NULL',
    'null',
    ',',
    '()',
    '(1,2)',
    '{}',
    '"',
    '""',
    '\\',
    '\\"',
    "'",
    'a\nb\tc',
    'ü✓👩‍👩‍👧',
    'user-1.a:b',
  ])('a text: %j', async (text) => {
    expect(await echo([[text, []]])).toEqual([[text, undefined]]);
  });

  it('none is null, and so is an array of none', async () => {
    expect(
      await echo([
        [undefined, []],
        ['x', [1]],
        [undefined, [3, 2147483647]],
      ]),
    ).toEqual([
      [undefined, undefined],
      ['x', '{1}'],
      [undefined, '{3,2147483647}'],
    ]);
  });

  it('whatever is in them', async () => {
    const text = fc.option(
      fc.string({ unit: 'grapheme', maxLength: 20 }).filter((value) => !value.includes('\0')),
      { nil: undefined },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 20 }), async (texts) => {
        expect(await echo(texts.map((value) => [value, []]))).toEqual(texts.map((value) => [value, undefined]));
      }),
      { numRuns: 50 },
    );
  });
});
