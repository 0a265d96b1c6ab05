// What the sweeper asks about (money.md *doubt*).
import { DEFAULT_CHAIN_POLICY } from '@freeway/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { rememberFound } from '../src/records/lookups.ts';
import { createRecordLedger } from '../src/records/record-ledger.ts';
import { readUnconfirmed } from '../src/records/unconfirmed.ts';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { type Approvals, openApprovals } from './approvals-under-test.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe.skipIf(serverUrl === undefined)('unconfirmed approvals', () => {
  let database: TestDatabase;
  let own: Approvals;
  beforeAll(async () => {
    database = await openTestDatabase(serverUrl ?? '');
  });
  afterAll(() => database.close());

  let owners = 0;
  beforeEach(async () => {
    // Those of other tests are in doubt no longer.
    await database.postgres.sql`update decisions set confirmed = true`;
    own = await openApprovals(database, `owner-${++owners}`);
  });

  const read = (dueMax = 100) =>
    readUnconfirmed(own.postgres, { olderThanMs: 10 * MINUTE_MS, dueMax, knownForMs: 4 * HOUR_MS });
  const token = (name: string) => `${name} of ${owners}`;
  /** Approves and makes it old enough to be in doubt. */
  const inDoubt = async (name: string, interval: string, ...rest: [object?, string?]) => {
    await own.approve(token(name), rest[0], rest[1]);
    await own.age(token(name), interval);
  };
  const dueNames = async (dueMax?: number) =>
    (await read(dueMax)).due.map(({ transactionToken }) => transactionToken.replace(/ of .*/, ''));

  it('are counted by age and due oldest first, once they are old enough', async () => {
    await inDoubt('hour', '2 hours');
    await inDoubt('minutes', '11 minutes');
    await inDoubt('young', '9 minutes');
    await inDoubt('week', '7 days');
    await inDoubt('hours', '5 hours');
    const { counts, oldestAgeMs } = await read();
    expect(counts).toEqual({ under_1h: 1, under_4h: 1, under_1d: 1, over_1d: 1 });
    expect(Math.round(oldestAgeMs / HOUR_MS)).toBe(7 * 24);
    expect(await dueNames()).toEqual(['week', 'hours', 'hour', 'minutes']);
    expect(await dueNames(2)).toEqual(['week', 'hours']);
  });

  it('are none while there are none', async () => {
    expect(await read()).toMatchObject({
      counts: { under_1h: 0, under_4h: 0, under_1d: 0, over_1d: 0 },
      oldestAgeMs: 0,
      due: [],
    });
  });

  it('are of every kind that holds or promises money, each told as it was decided', async () => {
    await inDoubt('base', '20 minutes', { amountMinor: 700n });
    await inDoubt('more', '19 minutes', { kind: 'increment', amountMinor: 50n }, token('base'));
    await inDoubt('machine', '18 minutes', { kind: 'single_message', amountMinor: 20n });
    await inDoubt('refund', '17 minutes', { kind: 'refund_authorization', amountMinor: 9n });
    await inDoubt('nothing', '16 minutes', { amountMinor: 0n });
    const { due } = await read();
    expect(due.map(({ effect, amountMinor, chainToken }) => [effect, amountMinor, chainToken])).toEqual([
      ['hold', 700n, token('base')],
      ['increment', 50n, token('base')],
      ['single', 20n, token('machine')],
      ['expected_credit', 9n, token('refund')],
    ]);
    expect(due[0]).toMatchObject({
      messageToken: `message of ${token('base')}`,
      currency: 'EUR',
      owner: { kind: 'user', token: `owner-${owners}` },
      cardToken: 'card-1',
    });
  });

  it('are not those that a record has spoken of, nor what the operator imported', async () => {
    await inDoubt('approved', '5 hours');
    await inDoubt('declined', '20 minutes');
    await inDoubt('open', '20 minutes');
    const ledger = createRecordLedger(own.postgres, { policy: DEFAULT_CHAIN_POLICY });
    await ledger.applyRecords([
      own.record(token('approved')),
      own.record(token('declined'), { outcome: 'refused', state: 'DECLINED' }),
    ]);
    await own.importHold(token('imported'));
    expect(await dueNames()).toEqual(['open']);
    expect((await read()).known).toBe(token('approved'));
  });

  it('are not due again before their time, nor by a token that the platform does not have', async () => {
    await inDoubt('asked', '20 minutes');
    await inDoubt('open', '20 minutes');
    await own.approve('sha256:0123456789abcdef');
    await own.age('sha256:0123456789abcdef', '1 hour');
    await rememberFound(own.postgres, token('asked'), HOUR_MS);
    expect(await dueNames()).toEqual(['open']);
    const { counts } = await read();
    expect(counts.under_1h + counts.under_4h).toBe(3);
    await rememberFound(own.postgres, token('asked'), 0);
    expect(await dueNames()).toEqual(['asked', 'open']);
  });
});
