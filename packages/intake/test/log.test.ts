// The log: it tells what went wrong, and nothing of what a webhook says or of what a caller presents.
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { basic, PASSWORD, type TestIntake } from './open-intake.ts';
import { RABBITMQ_QUEUE } from './queue-under-test.ts';
import { PATIENTLY } from './servers.ts';
import { webhook } from './webhook.ts';
import { openWorld, type World } from './world.ts';

const SECRET = 'Quay-Lane-7-secret-0123';
const HOLDER = 'Ada Lovelace';

const signed = (body: string) => ({
  headers: { 'X-Marqeta-Signature': createHmac('sha256', SECRET).update(body).digest('hex') },
});

describe.skipIf(!RABBITMQ_QUEUE.available)('the log', () => {
  let world: World;
  let intake: TestIntake;
  beforeAll(async () => {
    world = await openWorld(RABBITMQ_QUEUE);
    intake = await world.intake({ WEBHOOK_SIGNATURE_SECRET: SECRET });
  });
  afterAll(() => world.close());

  const sentences = () =>
    intake
      .log()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line).msg as string);

  it('names what happened, and holds no body, credential, secret or signature', async () => {
    const body = webhook({ holder: HOLDER });
    const broken = body.slice(0, -1);
    expect((await intake.post(body, signed(body))).status).toBe(200);
    expect((await intake.post(body)).status).toBe(401);
    expect((await intake.post(body, { headers: { authorization: basic('ada', 'Lovelace-1815-London') } })).status).toBe(
      401,
    );
    expect((await intake.post(broken, signed(broken))).status).toBe(400);
    await world.toBroker.refuse();
    expect((await intake.post(body, signed(body))).status).toBe(200);
    await world.toDatabase.refuse();
    expect((await intake.post(body, signed(body))).status).toBe(503);
    await Promise.all([world.toDatabase.forward(), world.toBroker.forward()]);
    await expect.poll(sentences, PATIENTLY).toContain('the queue is back: webhooks are published again');

    expect(sentences()).toEqual(
      expect.arrayContaining([
        'listening',
        'refused a webhook',
        'the queue is away: webhooks are stored in PostgreSQL',
        'queues: disconnected',
      ]),
    );
    const log = intake.log();
    for (const secret of [HOLDER, 'Lovelace', PASSWORD, SECRET, signed(body).headers['X-Marqeta-Signature'], 'YWRhO'])
      expect(log).not.toContain(secret);
    expect(log).not.toMatch(/t-\d+"|transactions/);
  });
});
