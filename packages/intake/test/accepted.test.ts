// What is accepted is answered 200 and is in the queue as it came, one message for each webhook: over either queue.
import { openTestDatabase, type TestDatabase } from '@freeway/postgres/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openIntake, type TestIntake } from './open-intake.ts';
import { QUEUE_KINDS, type QueueUnderTest } from './queue-under-test.ts';
import { DATABASE_URL, PATIENTLY } from './servers.ts';
import { webhook } from './webhook.ts';

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

for (const kind of QUEUE_KINDS)
  describe.skipIf(!kind.available)(`accepted webhooks, queues in ${kind.name}`, () => {
    let database: TestDatabase;
    let queue: QueueUnderTest;
    let intake: TestIntake;
    beforeAll(async () => {
      database = await openTestDatabase(DATABASE_URL);
      queue = await kind.open(database.url);
      intake = await openIntake({ DATABASE_URL: database.url, ...queue.env });
    });
    afterAll(async () => {
      expect(await intake.stop()).toBe(true);
      await queue.close();
      await database.close();
    });

    /** Messages with exactly this body. */
    const arrived = (body: string) => queue.arrived.filter((delivery) => delivery.body === body);

    it.each([
      ['one transaction', webhook()],
      ['ten transactions', webhook({ elements: 10 })],
      ['an envelope that nobody has described', '{"creditaccounttransitions":[{"token":"a"}]}'],
      ['two kinds in one envelope', '{"cardtransitions":[{"token":"b"}],"usertransitions":[{"token":"c"}]}'],
      ['an empty object', '{}'],
      ['an envelope without arrays', '{"transactions":{"token":"d"},"n":null}'],
      [
        'spaces, escapes, doubled keys and digits',
        '\r\n{ "b" : 10.50,\t"a":"Caf\\u00e9 Größe \\u0000 \\ud83d 😀 \\"\\\\", "b":0.10000000000000000001 }\n ',
      ],
      ['a long one', `{"long":"${'x'.repeat(900_000)}"}`],
    ])('%s: 200, and one message with the very text', async (_, body) => {
      const reply = await intake.post(body);
      expect([reply.status, reply.text]).toEqual([200, '']);
      await expect.poll(() => arrived(body).length, PATIENTLY).toBe(1);
      const [message] = arrived(body);
      expect(message).toEqual({ id: expect.stringMatching(UUID_V4), type: 'webhook_received', body, attempt: 1 });
    });

    it('the same webhook twice is two messages, with ids of their own', async () => {
      const body = webhook();
      expect((await intake.post(body)).status).toBe(200);
      expect((await intake.post(body)).status).toBe(200);
      await expect.poll(() => arrived(body).length, PATIENTLY).toBe(2);
      expect(new Set(arrived(body).map(({ id }) => id)).size).toBe(2);
    });

    it('whatever the content type says', async () => {
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'no type at all']) {
        const body = webhook();
        expect((await intake.post(body, { headers: { 'content-type': type } })).status).toBe(200);
        await expect.poll(() => arrived(body).length, PATIENTLY).toBe(1);
      }
    });

    it('many at once travel together, and each arrives once', async () => {
      const before = queue.arrived.length;
      const published = await intake.metric('freeway_webhooks_published_total');
      const bodies = Array.from({ length: 300 }, () => webhook({ elements: 2 }));
      const replies = await Promise.all(bodies.map((body) => intake.post(body)));
      expect(replies.map(({ status }) => status)).toEqual(bodies.map(() => 200));
      await expect.poll(() => queue.arrived.length - before, PATIENTLY).toBe(300);
      expect(bodies.map((body) => arrived(body).length)).toEqual(bodies.map(() => 1));
      expect(await intake.metric('freeway_webhooks_published_total')).toBe(published + 300);
      expect(await intake.metric('freeway_webhooks_stored_total')).toBe(0);
      expect(await intake.metric('freeway_webhook_publish_seconds_count')).toBeLessThan(published + 300);
    });

    it('a ping is answered, and is not kept', async () => {
      const before = queue.arrived.length;
      const reply = await intake.post('{"pings":[{"token":"marqeta","payload":"healthcheck"}]}');
      expect([reply.status, JSON.parse(reply.text)]).toEqual([200, { my_endpoint_status: 'alive' }]);
      expect(reply.headers.get('content-type')).toMatch(/^application\/json/);
      const next = webhook();
      await intake.post(next);
      await expect.poll(() => arrived(next).length, PATIENTLY).toBe(1);
      expect(queue.arrived.length).toBe(before + 1);
    });

    it('a ping beside something else is answered alike, and kept', async () => {
      const body = '{"pings":[{"token":"marqeta"}],"transactions":[{"token":"beside-a-ping"}]}';
      const reply = await intake.post(body);
      expect([reply.status, JSON.parse(reply.text)]).toEqual([200, { my_endpoint_status: 'alive' }]);
      await expect.poll(() => arrived(body).length, PATIENTLY).toBe(1);
    });
  });
