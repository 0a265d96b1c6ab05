import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createPostgresArchive } from '../src/archive.ts';
import { verifyLedger } from '../src/invariants.ts';
import type { ArchivedRecord } from '../src/invariants/webhooks.ts';
import { createPostgresQueues } from '../src/queue/postgres-queues.ts';
import { storeWebhooks } from '../src/stored-webhooks.ts';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { createWorlds } from './record-world.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];
const EMPTY = { kind: 'archived and not applied: perhaps on a queue that is not here, or discarded' };

function recordOf(element: string): ArchivedRecord | undefined {
  const { token, type, state } = JSON.parse(element) as { token: string; type: string; state: string };
  // What cannot be stored is left out, as the decoder does.
  return type === 'leg' ? undefined : { transactionToken: token, type: type.replaceAll('\0', ''), state };
}

describe.skipIf(serverUrl === undefined)('accepted webhooks', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase(serverUrl ?? '');
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await database.postgres.sql`truncate archive_messages, audit_records, stored_webhooks`;
  });

  const check = async (queuesAreHere = true) => {
    const all = await verifyLedger(database.postgres, { webhooks: { queuesAreHere, recordOf } });
    const found = all.find(({ name }) => name === 'accepted_webhooks_are_applied');
    return { ok: found?.ok, violations: found?.violations, listed: found?.listed };
  };
  const archive = (id: string, element: { token: string; type: string; state: string }, key = 'transactions') =>
    createPostgresArchive(database.postgres).insert('messages', [
      { id, transactionToken: element.token, occurredAtMs: 0, content: { key, element: JSON.stringify(element) } },
    ]);
  const discard = (detail: object) => database.postgres.sql`
    insert into audit_records (actor, verb, subject, detail)
      values ('me', 'dlq_discard', 'queue:transaction-processing-dlq', ${JSON.stringify(detail)}::text::jsonb)`;
  const lost = { token: 'lost', type: 'hold', state: 'PENDING' };
  const clean = { ok: true, violations: [], listed: [] };

  test('an archived record that the ledger knows, or that moves no money, or that is none, is well', async () => {
    const world = await createWorlds(database).open();
    await world.tell(['auth', {}], ['odd', { type: 'hold\u0001', state: 'PENDING' }]);
    await archive('1', { token: world.token('auth'), type: 'hold', state: 'pending' }).then(() =>
      archive('2', { token: world.token('auth'), type: 'hold', state: 'PENDING' }),
    );
    await archive('3', { token: 'leg', type: 'leg', state: 'PENDING' });
    await archive('4', lost, 'cardtransitions');
    await archive('5', { token: world.token('odd'), type: 'hold\u0001', state: 'PENDING' });
    expect(await check()).toEqual(clean);
  });

  test('one that is not applied and on no queue is lost, unless the queues are elsewhere', async () => {
    await archive('1', lost);
    await archive('2', { ...lost, type: 'with \u0000' });
    expect(await check()).toMatchObject({
      ok: false,
      violations: [
        {
          kind: 'archived and not applied',
          message_id: '1',
          transaction_token: 'lost',
          type: 'hold',
          state: 'PENDING',
        },
        { message_id: '2' },
      ],
    });
    expect(await check(false)).toMatchObject({ ok: true, listed: [EMPTY, EMPTY] });
    const [unlooked] = (await verifyLedger(database.postgres)).filter(({ name }) => name.startsWith('accepted'));
    expect(unlooked).toMatchObject({ ok: true, listed: [] });
  });

  test('one that an operator has discarded is listed; where the audit does not name all, nobody knows', async () => {
    await archive('1', lost);
    await discard({ phase: 'started' });
    await discard({ phase: 'finished', done: 1, ids: ['other'], ids_left_out: 0 });
    expect((await check()).ok).toBe(false);
    await discard({ phase: 'finished', done: 1, ids: ['1'], ids_left_out: 0 });
    expect(await check()).toMatchObject({ ok: true, listed: [{ kind: 'discarded by an operator', message_id: '1' }] });
    await archive('2', lost);
    expect((await check()).ok).toBe(false);
    await discard({ phase: 'failed', done: 3 });
    expect(await check()).toMatchObject({ ok: true, listed: [{ message_id: '1' }, { ...EMPTY, message_id: '2' }] });
  });

  test('what waits is counted: what intake has stored, and what is on a queue, or dead', async () => {
    await storeWebhooks(database.postgres, [{ id: '7b0e1a34-0c55-4b1c-9d0c-1f6b8f3f2a11', body: '{}' }]);
    expect(await check()).toMatchObject({
      ok: true,
      listed: [{ kind: 'stored until the broker takes it', webhooks: 1 }],
    });
    const queues = await createPostgresQueues({ databaseUrl: database.url });
    try {
      await archive('1', lost);
      await queues.publish('transaction-processing-queue', [{ id: '1', type: 'x', body: '{}' }]);
      const queue = 'transaction-processing-queue';
      expect(await check()).toMatchObject({
        ok: true,
        listed: [{ webhooks: 1 }, { kind: 'on a queue', queue, messages: 1 }],
      });
      await database.postgres.sql`update queue.job set name = 'transaction-processing-dlq' where name = ${queue}`;
      expect(await check()).toMatchObject({ ok: true, listed: [{}, { kind: 'dead', messages: 1 }] });
    } finally {
      await queues.close();
    }
  });
});
