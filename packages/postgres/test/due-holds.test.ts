// Whose time is over (money.md *expiry*).
import { DEFAULT_CHAIN_POLICY } from '@freeway/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readDueHolds } from '../src/records/due-holds.ts';
import { createRecordLedger, type PostgresRecordLedger } from '../src/records/record-ledger.ts';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { type Approvals, openApprovals } from './approvals-under-test.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const ago = (ms: number) => Date.now() - ms;

describe.skipIf(serverUrl === undefined)('holds that are due', () => {
  let database: TestDatabase;
  let own: Approvals;
  let ledger: PostgresRecordLedger;
  beforeAll(async () => {
    database = await openTestDatabase(serverUrl ?? '');
  });
  afterAll(() => database.close());

  let owners = 0;
  beforeEach(async () => {
    await database.postgres.sql`update holds set message_class = 'single'`;
    own = await openApprovals(database, `owner-${++owners}`);
    ledger = createRecordLedger(own.postgres, { policy: DEFAULT_CHAIN_POLICY });
  });

  const token = (name: string) => `${name} of ${owners}`;
  const due = (limit = 100) => readDueHolds(own.postgres, { graceMs: 48 * HOUR_MS, limit });
  const dueNames = async (limit?: number) =>
    (await due(limit)).map(({ chainToken }) => chainToken.replace(/ of .*/, ''));

  it('lapsed longer ago than the grace, oldest first, with what is left and whose it is', async () => {
    await own.approve(token('old'), { expiresAtMs: ago(49 * HOUR_MS), amountMinor: 700n });
    await own.approve(token('new'), { expiresAtMs: ago(47 * HOUR_MS) });
    await own.approve(token('older'), { expiresAtMs: ago(50 * HOUR_MS) });
    expect(await dueNames()).toEqual(['older', 'old']);
    expect(await dueNames(1)).toEqual(['older']);
    expect((await due())[1]).toMatchObject({
      accountId: own.accountId,
      amountMinor: 700n,
      currency: 'EUR',
      owner: { kind: 'user', token: `owner-${owners}` },
      cardToken: 'card-1',
    });
  });

  it('are never single messages, nor what is held no more', async () => {
    await own.approve(token('machine'), {
      kind: 'single_message',
      expiresAtMs: ago(90 * DAY_MS),
      occurredAtMs: ago(90 * DAY_MS),
    });
    await own.approve(token('nothing'), { amountMinor: 0n, expiresAtMs: ago(90 * DAY_MS) });
    expect(await dueNames()).toEqual([]);
  });

  it('lapse after 30 days where nobody said when', async () => {
    await own.approve(token('month'), { occurredAtMs: ago(33 * DAY_MS) });
    await own.approve(token('weeks'), { occurredAtMs: ago(31 * DAY_MS) });
    expect(await dueNames()).toEqual(['month']);
    expect((await due())[0]?.expiresAtMs).toBe(((await due())[0]?.countedAtMs as number) + 30 * DAY_MS);
  });

  it('go by the newest date of the chain: an increment that nobody has dated lives for 30 days of its own', async () => {
    await own.approve(token('base'), { expiresAtMs: ago(5 * DAY_MS) });
    await own.approve(token('more'), { kind: 'increment' }, token('base'));
    expect(await dueNames()).toEqual([]);
    await own.age(token('more'), '31 days');
    expect(await dueNames()).toEqual([]);
    await own.age(token('more'), '33 days');
    expect(await dueNames()).toEqual(['base']);
  });

  it('go by what records say once there are some', async () => {
    await own.approve(token('base'), { expiresAtMs: ago(5 * DAY_MS), occurredAtMs: ago(12 * DAY_MS) });
    const records = [
      own.record(token('base'), { createdAtMs: ago(12 * DAY_MS) }),
      own.record(token('more'), {
        effect: 'increment',
        createdAtMs: ago(4 * DAY_MS),
        links: { parentTransactionTokens: [token('base')], parentMessageTokens: [] },
      }),
    ];
    await ledger.applyRecords(records.slice(0, 1));
    expect(await dueNames()).toEqual(['base']);
    await ledger.applyRecords(records.slice(1));
    expect(await dueNames()).toEqual([]);
  });

  it('may be imported', async () => {
    await own.importHold(token('dated'), new Date(ago(3 * DAY_MS)).toISOString());
    await own.importHold(token('undated'));
    await own.importHold(token('future'), new Date(ago(-3 * DAY_MS)).toISOString());
    expect((await dueNames()).toSorted()).toEqual(['dated', 'undated']);
  });

  it('may be nobody’s', async () => {
    await ledger.applyRecords([
      own.record(token('strange'), {
        owner: { kind: 'user', token: 'nobody' },
        createdAtMs: ago(30 * DAY_MS),
        countedAtMs: ago(30 * DAY_MS),
      }),
    ]);
    const [hold] = await due();
    expect(hold).toMatchObject({ chainToken: token('strange') });
    expect(hold).not.toHaveProperty('owner');
  });
});
