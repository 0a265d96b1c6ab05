import { blockCard, createFactSource, verifyLedger } from '@freeway/postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ArchiveUnderTest, MONGODB_ARCHIVE, POSTGRES_ARCHIVE } from './archive-under-test.ts';
import { PATIENTLY } from './patiently.ts';
import { baseEnvironment, type Processes, processesInOne } from './processes-in-one.ts';
import { POSTGRES_QUEUES, type QueuesUnderTest, RABBITMQ_QUEUES } from './queues-under-test.ts';
import { openTestDatabase, seedProgramme, type TestDatabase } from './test-database.ts';
import { wireClearing, wireRecord } from './wire-record.ts';

const change = (state: string, createdTime: string, token: string) =>
  JSON.stringify({ token, card_token: 'card-3', state, type: `state.${state}`, created_time: createdTime });

const CHOICES = [
  { queues: POSTGRES_QUEUES, archive: POSTGRES_ARCHIVE },
  { queues: RABBITMQ_QUEUES, archive: MONGODB_ARCHIVE },
];

for (const choice of CHOICES)
  describe.skipIf(!choice.queues.available || !choice.archive.available)(
    `the webhook and transaction workers: queues in ${choice.queues.name}, archive in ${choice.archive.name}`,
    () => {
      let database: TestDatabase;
      let under: QueuesUnderTest;
      let kept: ArchiveUnderTest;
      let processes: Processes;
      beforeAll(async () => {
        database = await openTestDatabase();
        await seedProgramme(database.postgres, 9);
        under = await choice.queues.open(database.url);
        kept = await choice.archive.open(database);
        processes = processesInOne({ ...baseEnvironment(database.url), ...under.env, ...kept.env() });
        await processes.transactionWorker();
        await processes.webhookWorker();
      });
      afterAll(async () => {
        expect(await processes?.lifecycle.stop()).toBe(true);
        expect((await verifyLedger(database.postgres)).filter(({ ok }) => !ok)).toEqual([]);
        await kept?.close();
        await under?.close();
        await database?.close();
      });

      let webhooks = 0;
      const send = (body: string) =>
        under.queues.publish('webhook-queue', [{ id: `webhook-${++webhooks}`, type: 'webhook_received', body }]);
      const balancesOf = async (user: string) => {
        const [row] = await database.postgres.sql`
          select posted_minor, held_minor from accounts where owner_token = ${user} and currency = 'EUR'`;
        return `${row?.['posted_minor']} ${row?.['held_minor']}`;
      };
      const archivedOf = async (transactionToken: string) =>
        (await kept.archive.find('messages', { transactionToken })).map(({ content }) => content['element']);
      const dead = async () => (await under.queues.statistics()).map((each) => each.dead);

      const listed = async () =>
        Object.fromEntries(
          (
            await database.postgres.sql`
            select transaction_token, reason from record_exceptions where transaction_token like 'odd-%' order by 1`
          ).map((row) => [row['transaction_token'], row['reason']]),
        );

      test('records of a batch reach the ledger, in whatever order they stand in it', async () => {
        const records = [wireClearing('clear-1', 'auth-1', '4.00'), wireRecord({ token: 'auth-1', user: 'user-1' })];
        await send(`{"transactions":[${records.join(',')}]}`);
        await expect.poll(() => balancesOf('user-1'), PATIENTLY).toBe('99600 600');
        expect(await archivedOf('auth-1')).toEqual([records[1]]);
      });

      test('the same element has one effect and one document, however often and in whatever company it comes', async () => {
        const record = wireRecord({ token: 'auth-2', user: 'user-2' });
        await send(`{"transactions":[${record},${record}]}`);
        await send(`{"transactions":[${record}]}`);
        await expect.poll(() => balancesOf('user-2'), PATIENTLY).toBe('100000 1000');
        await send(`{"transactions":[${record},${wireRecord({ token: 'auth-2b', user: 'user-2' })}]}`);
        await expect.poll(() => balancesOf('user-2'), PATIENTLY).toBe('100000 2000');
        expect(await archivedOf('auth-2')).toHaveLength(1);
      });

      test('unknown keys are archived as they came, digits and spaces included', async () => {
        const element = '{ "token" : "odd-1", "amount": 12345678901234567890.10, "deep": {"z": 1.50, "a": [ ] } }';
        await send(`{"newthings": [${element}], "note": "no list"}`);
        await expect.poll(() => archivedOf('odd-1'), PATIENTLY).toEqual([element]);
      });

      test('a change of state holds by its own time, and never lifts our block', async () => {
        const facts = createFactSource(database.postgres);
        const before = await facts.card('card-3');
        await blockCard(database.postgres, 'card-3', 'lost', 'test');
        await send(`{"cards":[${change('SUSPENDED', '2026-03-14T12:00:00Z', 's-1')}]}`);
        await expect.poll(async () => (await facts.card('card-3'))?.state, PATIENTLY).toBe('suspended');
        await send(`{"cardtransitions":[${change('ACTIVE', '2026-03-14T11:00:00Z', 's-2')}]}`);
        await send(`{"cards":[${change('TERMINATED', '2026-03-14T13:00:00Z', 's-3')}]}`);
        await expect.poll(async () => (await facts.card('card-3'))?.state, PATIENTLY).toBe('terminated');
        await send(`{"cards":[${change('ACTIVE', '2026-03-14T14:00:00Z', 's-4')}]}`);
        await expect
          .poll(async () => (await kept.archive.find('messages', { cardToken: 'card-3' })).length, PATIENTLY)
          .toBe(4);
        const after = await facts.card('card-3');
        expect(after).toMatchObject({ state: 'terminated', block: 'lost' });
        expect(after?.version).toBeGreaterThan(before?.version ?? 0);
      });

      test('users and businesses change too', async () => {
        const facts = createFactSource(database.postgres);
        const suspended = {
          token: 'u-1',
          user_token: 'user-4',
          status: 'SUSPENDED',
          created_time: '2026-03-14T12:00:00Z',
        };
        await send(JSON.stringify({ usertransitions: [suspended] }));
        await expect
          .poll(async () => (await facts.owner({ kind: 'user', token: 'user-4' }))?.state, PATIENTLY)
          .toBe('suspended');
      });

      test('a message that is no webhook is dead at once, with its reason, and a record beside it is booked', async () => {
        const before = await dead();
        await under.queues.publish('webhook-queue', [
          { id: 'poison', type: 'webhook_received', body: '[1]' },
          { id: 'stranger', type: 'something_else', body: '{}' },
          {
            id: 'fine',
            type: 'webhook_received',
            body: `{"transactions":[${wireRecord({ token: 'auth-5', user: 'user-5' })}]}`,
          },
        ]);
        await expect.poll(() => balancesOf('user-5'), PATIENTLY).toBe('100000 1000');
        await expect.poll(dead, PATIENTLY).toEqual(before.map((count, nth) => (nth === 2 ? count + 2 : count)));
      });

      test('an element that is no record is dead, and those of its webhook are booked', async () => {
        const before = await dead();
        await send(`{"transactions":["odd",${wireRecord({ token: 'auth-6', user: 'user-6' })}]}`);
        await expect.poll(() => balancesOf('user-6'), PATIENTLY).toBe('100000 1000');
        await expect.poll(dead, PATIENTLY).toEqual(before.map((count, nth) => (nth === 1 ? count + 1 : count)));
      });

      test('what the rules cannot explain is on the list, and nothing is dropped or dies', async () => {
        const before = await dead();
        const odd = [
          wireRecord({ token: 'odd-type', user: 'user-7', type: 'authorization.of.tomorrow' }),
          wireRecord({ token: 'odd-code', user: 'user-7', state: 'DECLINED' }),
          wireRecord({ token: 'odd-owner', user: 'nobody', type: 'refund', state: 'COMPLETION' }),
          wireRecord({ token: 'odd-currency', user: 'user-7', currency_code: 'ZZZ', gpa_order: undefined }),
          wireRecord({ token: 'odd-digits', user: 'user-7', amount: 1.005, gpa_order: undefined }),
          wireClearing('odd-parent', 'never-seen'),
        ];
        await send(`{"transactions":[${odd.join(',')}]}`);
        await expect.poll(listed, PATIENTLY).toEqual({
          'odd-type': 'unknown_type',
          'odd-code': 'contradictory_outcome',
          'odd-owner': 'no_account',
          'odd-currency': 'unknown_currency',
          'odd-digits': 'amount_rounded',
          'odd-parent': 'missing_parent',
        });
        expect(await dead()).toEqual(before);
        // 1.005 is booked as 1.00, half-even (money.md *amount forms*)
        expect(await balancesOf('user-7')).toBe('100000 100');
      });
    },
  );
