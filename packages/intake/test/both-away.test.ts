// PostgreSQL away, with and without the queue: 503 where nothing is durable, so that Marqeta sends the webhook again.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { holdTable } from './hold-table.ts';
import type { TestIntake } from './open-intake.ts';
import { POSTGRES_QUEUE, RABBITMQ_QUEUE } from './queue-under-test.ts';
import { PATIENTLY } from './servers.ts';
import { webhook } from './webhook.ts';
import { openWorld, type World } from './world.ts';

/** Marqeta sends what was not answered 200 again. */
const deliver = (intake: TestIntake, body: string) =>
  expect.poll(async () => (await intake.post(body)).status, PATIENTLY).toBe(200);

async function expectNotKept(intake: TestIntake, body: string): Promise<void> {
  const refused = await intake.metric('freeway_webhooks_refused_total{status="503"');
  const reply = await intake.post(body);
  expect(reply.status).toBe(503);
  expect(JSON.parse(reply.text)).toEqual({
    status: 503,
    type: 'urn:freeway:not-kept',
    title: 'The webhook could not be kept',
  });
  expect(await intake.metric('freeway_webhooks_refused_total{status="503"')).toBe(refused + 1);
}

describe.skipIf(!RABBITMQ_QUEUE.available)('with queues in RabbitMQ', () => {
  let world: World;
  let intake: TestIntake;
  beforeEach(async () => {
    world = await openWorld(RABBITMQ_QUEUE);
    intake = await world.intake();
  });
  afterEach(() => world.close());

  it('without PostgreSQL webhooks are published as ever', async () => {
    await world.toDatabase.refuse();
    const body = webhook();
    expect((await intake.post(body)).status).toBe(200);
    await expect.poll(() => world.idsOf(body).length, PATIENTLY).toBe(1);
  });

  it('without both: 503; with PostgreSQL again: stored, and forwarded once the broker is back too', async () => {
    await Promise.all([world.toDatabase.refuse(), world.toBroker.refuse()]);
    const body = webhook();
    await expectNotKept(intake, body);
    await world.toDatabase.forward();
    await deliver(intake, body);
    expect(await world.stored()).toEqual([body]);
    await world.toBroker.forward();
    await expect.poll(() => world.arrived(), PATIENTLY).toEqual([body]);
  });

  it('without both, and then the broker comes back first: it is found though nothing can be forwarded', async () => {
    await Promise.all([world.toDatabase.refuse(), world.toBroker.refuse()]);
    const body = webhook();
    await expectNotKept(intake, body);
    await world.toBroker.forward();
    await deliver(intake, body);
    await expect.poll(() => world.arrived(), PATIENTLY).toEqual([body]);
  });

  it('when neither says a word: 503', async () => {
    const silent = await world.intake({ WEBHOOK_PUBLISH_TIMEOUT_MS: '300', WEBHOOK_STORE_TIMEOUT_MS: '300' });
    world.toDatabase.stall();
    world.toBroker.stall();
    await expectNotKept(silent, webhook());
  });
});

describe.skipIf(!POSTGRES_QUEUE.available)('with queues in PostgreSQL', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld(POSTGRES_QUEUE);
  });
  afterEach(() => world.close());

  it('without it: 503; with it again: published', async () => {
    const intake = await world.intake();
    await world.toDatabase.refuse();
    const body = webhook();
    await expectNotKept(intake, body);
    await world.toDatabase.forward();
    await deliver(intake, body);
    await expect.poll(() => world.idsOf(body).length, PATIENTLY).toBe(1);
  });

  it('a queue that is only busy: the webhook is stored beside it, and arrives', async () => {
    const intake = await world.intake({ WEBHOOK_PUBLISH_TIMEOUT_MS: '300' });
    const release = await holdTable(world, 'queue.job');
    const body = webhook();
    expect((await intake.post(body)).status).toBe(200);
    expect(await world.stored()).toEqual([body]);
    await release();
    await expect.poll(() => world.stored(), PATIENTLY).toEqual([]);
    // The insert that waited for the lock may have come through as well.
    await expect.poll(() => new Set(world.idsOf(body)).size, PATIENTLY).toBe(1);
  });
});
