// Arrays go to PostgreSQL and come back as they were, without the driver having asked the server what an array is.
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

describe.skipIf(serverUrl === undefined)('arrays', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase(serverUrl ?? '');
  });
  afterAll(() => database.close());

  const echo = async (type: string, values: readonly unknown[]) => {
    const [row] = await database.postgres.sql.unsafe(`select $1::${type}[] as echo`, [values] as never[]);
    return row?.['echo'];
  };

  it.each([
    ['text', ['a', '', 'NULL', 'null', ' ', '{}', '{a,b}', ',', '"', '\\', '\\"', "'", 'a\nb\tc', 'ü✓👩‍👩‍👧', '(1,2)']],
    ['text', ['a', null, 'b']],
    ['text', []],
    ['varchar', ['a', 'b"c']],
    ['integer', [1, -2, 2147483647, null]],
    ['smallint', [1, -2]],
    ['bigint', ['9223372036854775807', '-1', null]],
    ['numeric', ['12345678901234567890.123', '-0.5']],
    ['double precision', [1.5, -2, 1e300]],
    ['uuid', ['c7b77654-2ebc-4d2c-96d6-bcfbaaaf6c20', null]],
    ['jsonb', [{ a: [1, 'x"y', null] }, 'text', 7, [1, 2]]],
    ['timestamptz', ['2026-03-15T12:00:00.123Z', null]],
    ['date', ['2026-03-15']],
  ])('of %s: %j', async (type, values) => {
    const isTime = type === 'timestamptz' || type === 'date';
    const expected = isTime ? values.map((each) => (each === null ? null : new Date(each as string))) : values;
    const sent = type === 'jsonb' ? values.map((each) => JSON.stringify(each)) : values;
    expect(await echo(type, sent)).toEqual(expected);
  });

  it('of booleans are read, and written as text', async () => {
    const [row] = await database.postgres
      .sql`select array[true, false, null] as flags, ${['t', 'f']}::text[]::boolean[] as sent`;
    expect(row).toEqual({ flags: [true, false, null], sent: [true, false] });
  });

  it('of any text', async () => {
    const text = fc.string({ unit: 'grapheme' }).filter((each) => !each.includes('\u0000'));
    await fc.assert(
      fc.asyncProperty(fc.array(text), async (values) => {
        expect(await echo('text', values)).toEqual(values);
      }),
      { numRuns: 200 },
    );
  });
});
