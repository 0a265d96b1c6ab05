import { createSessionLock, importRecords, storeWebhooks } from '@freeway/postgres';
import { openTestDatabase, type TestDatabase } from '@freeway/postgres/testing';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runFreeway } from './run-freeway.ts';

const DATABASE = process.env['TEST_DATABASE_URL'];

describe.skipIf(DATABASE === undefined)('freeway sweeper --once', () => {
  let database: TestDatabase;
  let folder: string;
  beforeAll(async () => {
    database = await openTestDatabase(DATABASE ?? '');
    folder = mkdtempSync(join(tmpdir(), 'freeway-cli-'));
    const lines = [
      { type: 'user', token: 'u' },
      { type: 'account', user: 'u', currency: 'EUR', opening_balance: '100.00' },
      ...['a', 'b', 'c'].map((token) => ({
        type: 'authorization',
        transaction_token: token,
        user: 'u',
        currency: 'EUR',
        amount_left: '5.00',
        occurred_at: '2026-01-01T00:00:00Z',
      })),
    ].map((content, index) => ({ line: index + 1, content }));
    const { status } = await importRecords(database.postgres, () => lines, { actor: 'test', source: 'test' });
    expect(status).toBe('applied');
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await database.close();
  });

  const sweep = (args: readonly string[] = [], env: Record<string, string> = {}) =>
    runFreeway(['sweeper', '--once', ...args], {
      cwd: folder,
      env: { DATABASE_URL: database.url, LOG_LEVEL: 'fatal', ...env },
    });

  test('says why nothing could expire, and exits 1', async () => {
    await storeWebhooks(database.postgres, [{ id: crypto.randomUUID(), body: '{}' }]);
    const run = await sweep();
    expect(run.code).toBe(1);
    expect(run.stderr).toBe('freeway: intake is behind, no hold expires: 1 stored webhooks wait for the broker\n');
    await database.postgres.sql`delete from stored_webhooks`;
  });

  test('says what one round did, and exits 0', async () => {
    expect(await sweep()).toEqual({
      code: 0,
      stderr: '',
      stdout: [
        'chains folded anew     0',
        'approvals in doubt     0',
        'looked up              0 found, 0 not found, 0 released',
        'holds expired          3',
        // The round before, which intake held up, has sealed what there was.
        'rows sealed            0\n',
      ].join('\n'),
    });
  });

  test('says when a look-up failed, as JSON too, and exits 1', async () => {
    await database.postgres.sql`
      update decisions set method = 'authorization', confirmed = false, decided_at = now() - interval '90 minutes'
        where transaction_token = 'a'`;
    await database.postgres.sql`
      insert into holds (account_id, chain_token, amount_minor, message_class, counted_at)
        select account_id, transaction_token, 500, 'dual', now() from decisions where transaction_token = 'a'`;
    const nowhere = {
      CORE_API_URL: 'http://127.0.0.1:1/v3',
      CORE_API_APPLICATION_TOKEN: 'a',
      CORE_API_ADMIN_TOKEN: 'b',
    };
    const run = await sweep(['--json'], nowhere);
    expect(run).toMatchObject({ code: 1, stderr: '' });
    expect(JSON.parse(run.stdout)).toEqual({
      status: 'swept',
      refolded: 0,
      unconfirmed: { under_1h: 0, under_4h: 1, under_1d: 0, over_1d: 0 },
      oldest_age_ms: expect.any(Number),
      lookups: { found: 0, not_found: 0, failed: expect.stringContaining('the Core API: no connection') },
      released: 0,
      expiry: { expired: 0, failed: 0 },
      sealed: 0,
    });
    expect((await sweep()).stdout).toMatch(/^approvals in doubt     1, the oldest for 1 h 3\d min$/m);
  });

  test('does nothing while another one acts, and exits 1', async () => {
    const session = database.connect({ poolMax: 1 });
    // The lock of whoever acts, as the catalogue of locks has it.
    expect(await createSessionLock(session, 1_914_042_177).held()).toBe(true);
    const run = await sweep();
    expect(run).toEqual({ code: 1, stdout: '', stderr: 'freeway: another sweeper acts; nothing was done\n' });
    await session.close();
  });
});
