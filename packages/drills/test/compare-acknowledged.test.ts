// What callers were told, against what the ledger knows.
import { connectPostgres, migrate, type Postgres } from '@freeway/postgres';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findAcknowledged, findForgotten } from '../src/load/compare-acknowledged.ts';
import type { Acknowledged } from '../src/load/play-load.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

const told = (token: string, status: number, transactionToken = `t-${token}`): Acknowledged => ({
  messageToken: token,
  transactionToken,
  status,
  request: '',
  answer: '',
  gatewayUrl: '',
  madeAtEpochMs: 0,
  atMs: 0,
});

const connect = (url: string): Postgres => connectPostgres({ url, poolMax: 1, statementTimeoutMs: 30_000 });

describe.skipIf(serverUrl === undefined)('acknowledged authorizations', () => {
  const name = `freeway_drills_${randomBytes(6).toString('hex')}`;
  let admin: Postgres;
  let ledger: Postgres;
  beforeAll(async () => {
    admin = connect(serverUrl ?? '');
    await admin.sql.unsafe(`create database ${name}`);
    const url = new URL(serverUrl ?? '');
    url.pathname = `/${name}`;
    ledger = connect(url.href);
    await migrate(ledger);
    const decide = (token: string, reason: string | null) => ledger.sql`
      insert into decisions (account_id, message_token, transaction_token, fingerprint, method, kind, approved, reason, effect,
        amount_minor, currency, chain_token, counted_at)
      values (0, ${token}, ${`t-${token}`}, gen_random_uuid(), 'm', 'k', ${reason === null}, ${reason}, 'none', 1, 'USD', ${token}, now())`;
    await decide('approved', null);
    await decide('declined', 'insufficient_funds');
  });
  afterAll(async () => {
    await ledger.close();
    await admin.sql.unsafe(`drop database if exists ${name} with (force)`);
    await admin.close();
  });

  it('are found as they were told, also under a new message of the same transaction', async () => {
    const all = [told('approved', 200), told('declined', 402), told('another', 200, 't-approved')];
    expect(await findAcknowledged(ledger, all)).toEqual({ compared: 3, faults: [] });
  });

  it('are missed when they are lost, or when the ledger says otherwise', async () => {
    const all = [told('lost', 200), told('declined', 200), told('approved', 402), told('approved', 200)];
    const { compared, faults } = await findAcknowledged(ledger, all);
    expect(compared).toBe(4);
    expect(faults).toEqual([
      'lost was answered 200 and is not in the ledger',
      'declined was answered 200, the ledger says declined',
      'approved was answered 402, the ledger says approved',
    ]);
  });

  it('are noticed where they should have been forgotten', async () => {
    expect(await findForgotten(ledger, [told('lost', 200), told('approved', 200)])).toEqual({
      compared: 2,
      faults: ['approved is in the ledger'],
    });
  });
});
