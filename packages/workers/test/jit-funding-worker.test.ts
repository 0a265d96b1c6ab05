import type { Message } from '@freeway/core';
import { putCard } from '@freeway/postgres';
import type { Metrics } from '@freeway/runtime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ArchiveUnderTest, MONGODB_ARCHIVE, POSTGRES_ARCHIVE } from './archive-under-test.ts';
import { PATIENTLY } from './patiently.ts';
import { askByHttp, baseEnvironment, type Processes, processesInOne } from './processes-in-one.ts';
import { POSTGRES_QUEUES, type QueuesUnderTest, RABBITMQ_QUEUES } from './queues-under-test.ts';
import { openTestDatabase, seedProgramme, type TestDatabase } from './test-database.ts';
import { wireRequest } from './wire-request.ts';

/** As the relay publishes it, of a decision of its own each time unless the changes name one. */
function decided(id: string, changes: Readonly<Record<string, unknown>> = {}): Message {
  const number = `${sequence++}`;
  const body = {
    decision_id: number,
    source: 'http',
    outcome: 'decline',
    reason: 'insufficient_funds',
    effect: 'none',
    account_id: '12',
    transaction_token: `transaction-${number}`,
    message_token: `message-${number}`,
    chain_token: `transaction-${number}`,
    card_token: 'card-1',
    owner: { kind: 'user', token: 'user-1' },
    amount_minor: '12345678901234567',
    currency: 'EUR',
    merchant: { name: 'CAFÉ "ZÜRICH" \u{1F697}' },
    decided_at: '2026-03-04T05:06:07.123456+00:00',
    stages_ms: { decode: 0.125, user_lookup: 0.5 },
    ...changes,
  };
  return { id, type: 'authorization_decided', body: JSON.stringify(body) };
}
let sequence = 1;

for (const queueKind of [POSTGRES_QUEUES, RABBITMQ_QUEUES])
  for (const archiveKind of [POSTGRES_ARCHIVE, MONGODB_ARCHIVE])
    describe.skipIf(!queueKind.available || !archiveKind.available)(
      `the jit-funding worker: queues in ${queueKind.name}, archive in ${archiveKind.name}`,
      () => {
        let database: TestDatabase;
        let under: QueuesUnderTest;
        let kept: ArchiveUnderTest;
        let processes: Processes;
        let metrics: Metrics;
        let gatewayUrl: string;

        beforeAll(async () => {
          database = await openTestDatabase();
          await seedProgramme(database.postgres, 4);
          under = await queueKind.open(database.url);
          kept = await archiveKind.open(database);
          processes = processesInOne({ ...baseEnvironment(database.url), ...under.env, ...kept.env() });
          ({ metrics } = await processes.worker());
          ({ url: gatewayUrl } = await processes.gateway());
        });
        afterAll(async () => {
          expect(await processes?.lifecycle.stop()).toBe(true);
          await kept?.close();
          await under?.close();
          await database?.close();
        });

        const publish = (...messages: Message[]) => under.queues.publish('jit-funding-queue', messages);
        const dead = async () => (await under.queues.statistics())[0]?.dead ?? 0;
        const archived = (message: Message) => kept.archive.get('decisions', JSON.parse(message.body).decision_id);
        const approvalsOf = (token: string) =>
          database.postgres.sql`select approved from decisions where transaction_token = ${token}`.then((rows) =>
            rows.map((row) => row['approved']),
          );

        /** Publishes, and waits until as many were handled, duplicates too. */
        async function publishAndHandle(...messages: Message[]): Promise<void> {
          const before = await handledCount(metrics);
          await publish(...messages);
          await expect.poll(() => handledCount(metrics), PATIENTLY).toBe(before + messages.length);
        }

        test('a decision is archived with its request, stages and reason, once however often it is told', async () => {
          const once = decided('once');
          await publishAndHandle(once, once, { ...once, id: 'told again by another relay' });
          await publishAndHandle(once);
          const content = JSON.parse(once.body);
          expect(await kept.archive.find('decisions', { transactionToken: content.transaction_token })).toEqual([
            {
              id: content.decision_id,
              transactionToken: content.transaction_token,
              accountId: '12',
              cardToken: 'card-1',
              occurredAtMs: Date.UTC(2026, 2, 4, 5, 6, 7, 123),
              content,
            },
          ]);
        });

        test('a decision without account and card is archived too; a void stands beside what it undoes', async () => {
          const approval = decided('a', { outcome: 'approve', account_id: undefined, card_token: undefined });
          const { decision_id: id, transaction_token: token } = JSON.parse(approval.body);
          const same = { decision_id: id, transaction_token: token };
          await publishAndHandle(approval, decided('b', { ...same, source: 'void', reason: 'ledger_unavailable' }));
          expect(await kept.archive.get('decisions', id)).toMatchObject({ content: { outcome: 'approve' } });
          const undone = { transactionToken: token, content: { source: 'void', reason: 'ledger_unavailable' } };
          expect(await kept.archive.get('decisions', `${id}-void`)).toMatchObject(undone);
        });

        test("ownership: our fact of a card is corrected from the platform's word, once, and reported", async () => {
          const ownerOf = async (card: string) => {
            const [row] = await database.postgres.sql`select owner_kind, owner_token from cards where token = ${card}`;
            return `${row?.['owner_kind']} ${row?.['owner_token']}`;
          };
          const differs = { card_owner_differs: true, owner: { kind: 'business', token: 'business-1' } };
          const moved = decided('moved', { ...differs, card_token: 'card-3' });
          const child = decided('child', { ...differs, card_token: 'card-4', acting_user_token: 'child-1' });
          await publishAndHandle(moved, child);
          expect([await ownerOf('card-3'), await ownerOf('card-4')]).toEqual(['business business-1', 'user child-1']);
          expect(await archived(moved)).toBeDefined();
          expect(await metrics.text()).toMatch(/freeway_card_owners_corrected_total\{.*\} 2\n/);
          const reports = processes.log.filter(({ msg }) => msg === 'corrected the owner of a card from the platform');
          expect(reports.map((line) => line['card_token']).toSorted()).toEqual(['card-3', 'card-4']);

          // The operator's later word stands: the decision told once more is old news.
          await putCard(database.postgres, { token: 'card-3', user: 'user-2' }, 'test');
          await publishAndHandle(moved);
          expect(await ownerOf('card-3')).toBe('user user-2');
        });

        test('what can never be handled is dead at once, with the reason; what follows is handled', async () => {
          const bad: readonly (readonly [Message, string])[] = [
            [{ id: 'type', type: 'something_else', body: '{}' }, 'unknown message type something_else'],
            [{ id: 'object', type: 'authorization_decided', body: '[1]' }, 'the body has no decision_id'],
            [{ id: 'null', type: 'authorization_decided', body: 'null' }, 'the body is not an object'],
            [decided('member', { decision_id: undefined }), 'the body has no decision_id'],
            [decided('time', { decided_at: 'yesterday' }), 'decided_at is not a time'],
            [decided('owner', { owner: { kind: 'nobody', token: 'x' } }), 'owner is not an owner'],
            [decided('card', { card_token: 5 }), 'card_token is not text'],
            [
              { id: 'asker', type: 'authorization_requested', body: wireRequest({ token: 'no-reply-to' }) },
              'an authorization request needs a reply-to',
            ],
          ];
          const before = await dead();
          await publish(...bad.map(([message]) => message));
          const good = decided('good');
          await publishAndHandle(good);
          await expect.poll(dead, PATIENTLY).toBe(before + bad.length);
          const letters = new Map((await under.deadLetters()).map((letter) => [letter.id, letter]));
          for (const [{ id, body }, because] of bad) {
            expect(letters.get(id)).toMatchObject({ body, reason: 'invalid_message', attempts: 1 });
            expect(letters.get(id)?.lastError).toContain(because);
          }
          expect(await archived(good)).toBeDefined();
          // Nothing was decided for one who cannot be told.
          expect(await approvalsOf('no-reply-to')).toEqual([]);
        });

        test('an authorization asked for by message gets the answer that HTTP gives, and the same decision', async () => {
          const inbox = await under.openReplyInbox();
          async function askByMessage(body: string, id: string) {
            const type = 'authorization_requested';
            await publish({ id, type, body, replyTo: inbox.name, correlationId: `c-${id}` });
            const answer = await inbox.next();
            expect(answer.correlationId).toBe(`c-${id}`);
            return answer;
          }
          const approved = await askByMessage(wireRequest({ token: 'a' }), '1');
          expect(approved).toMatchObject({ status: 200 });
          expect(JSON.parse(approved.body ?? '')).toMatchObject({ jit_funding: { token: 'jit-of-a', amount: 10 } });
          const declined = await askByMessage(wireRequest({ token: 'b', card: 'nobody-knows' }), '2');
          expect(declined).toMatchObject({ status: 402 });
          expect(JSON.parse(declined.body ?? '')).toMatchObject({ jit_funding: { decline_reason: 'INVALID_CARD' } });
          const malformed = await askByMessage('{"no":"funding"}', '3');
          expect(malformed).toMatchObject({ status: 400, detail: expect.any(String) });

          // Each token asked for once more by the other way: the stored answer (money.md *two keys*).
          for (const [token, card, first] of [
            ['a', 'card-1', approved],
            ['b', 'nobody-knows', declined],
          ] as const) {
            const { status, body } = await askByHttp(gatewayUrl, wireRequest({ token, card }));
            expect({ status, body }).toEqual({ status: first.status, body: first.body });
          }
          const byHttp = await askByHttp(gatewayUrl, wireRequest({ token: 'c', amount: '990.01' }));
          expect(byHttp.status).toBe(402);
          const again = await askByMessage(wireRequest({ token: 'c', amount: '990.01' }), '4');
          expect({ status: again.status, body: again.body }).toEqual(byHttp);
          expect([await approvalsOf('a'), await approvalsOf('b'), await approvalsOf('c')]).toEqual([
            [true],
            [false],
            [false],
          ]);
        });

        test('an answer that nobody waits for is tried again, then dead; the decision stands', async () => {
          const before = await dead();
          const body = wireRequest({ token: 'late', user: 'user-2', card: 'card-2' });
          await publish({ id: 'gone', type: 'authorization_requested', body, replyTo: 'nobody-listens-here' });
          await expect.poll(dead, PATIENTLY).toBe(before + 1);
          const letter = (await under.deadLetters()).find(({ id }) => id === 'gone');
          expect(letter).toMatchObject({ body, reason: 'attempts_exhausted', attempts: 4 });
          expect(await approvalsOf('late')).toEqual([true]);
        });
      },
    );

async function handledCount(metrics: Metrics): Promise<number> {
  const count = /^freeway_jit_funding_messages_total\{type="authorization_decided",.*\} (\d+)$/m.exec(
    await metrics.text(),
  );
  return Number(count?.[1]);
}
