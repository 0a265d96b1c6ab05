// What is remembered of look-ups (money.md *doubt*: a 404 counts twice).
import { DEFAULT_CHAIN_POLICY } from '@freeway/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forgetLookups, type NotFound, rememberFound, rememberNotFound } from '../src/records/lookups.ts';
import { createRecordLedger } from '../src/records/record-ledger.ts';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { openApprovals } from './approvals-under-test.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];
const MINUTE_MS = 60_000;

describe.skipIf(serverUrl === undefined)('look-ups', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase(serverUrl ?? '');
  });
  afterAll(() => database.close());

  const notFound = (transactionToken: string, changes: Partial<NotFound> = {}) =>
    rememberNotFound(database.postgres, {
      transactionToken,
      counts: true,
      againInMs: 10 * MINUTE_MS,
      apartMs: 10 * MINUTE_MS,
      ...changes,
    });
  const later = (token: string) => database.postgres.sql`
    update lookups set last_not_found_at = last_not_found_at - interval '11 minutes' where transaction_token = ${token}`;

  it('that found nothing count once they are evidence, and only when some minutes lie between them', async () => {
    expect(await notFound('t-1', { counts: false })).toBe(0);
    expect(await notFound('t-1')).toBe(1);
    expect(await notFound('t-1')).toBe(1);
    await later('t-1');
    expect(await notFound('t-1')).toBe(2);
  });

  it('that came too soon do not put off the next that counts', async () => {
    await notFound('t-2');
    await later('t-2');
    await database.postgres.sql`
      update lookups set last_not_found_at = now() - interval '9 minutes' where transaction_token = 't-2'`;
    await notFound('t-2');
    await database.postgres.sql`
      update lookups set last_not_found_at = last_not_found_at - interval '2 minutes' where transaction_token = 't-2'`;
    expect(await notFound('t-2')).toBe(2);
  });

  it('that found it take back what was heard before', async () => {
    await notFound('t-3');
    await rememberFound(database.postgres, 't-3', MINUTE_MS);
    await later('t-3');
    expect(await notFound('t-3')).toBe(1);
  });

  it('are forgotten once the approval is confirmed or gone, and not before', async () => {
    const own = await openApprovals(database, 'forgetful');
    await own.approve('open');
    await own.approve('confirmed');
    await forgetLookups(own.postgres);
    for (const token of ['open', 'confirmed', 'never was']) await notFound(token);
    const ledger = createRecordLedger(own.postgres, { policy: DEFAULT_CHAIN_POLICY });
    await ledger.applyRecords([own.record('confirmed')]);
    expect(await forgetLookups(own.postgres)).toBe(2);
    expect(await database.postgres.sql`select transaction_token from lookups`).toEqual([{ transaction_token: 'open' }]);
  });
});
