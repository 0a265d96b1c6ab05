// RabbitMQ away: webhooks are stored in PostgreSQL and answered 200; once it is back each is forwarded, and each once.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TestIntake } from './open-intake.ts';
import { RABBITMQ_QUEUE } from './queue-under-test.ts';
import { PATIENTLY } from './servers.ts';
import { webhook } from './webhook.ts';
import { openWorld, type World } from './world.ts';

const isAway = (intake: TestIntake) => intake.metric('freeway_webhook_queue_away');

async function postAll(intake: TestIntake, count: number): Promise<string[]> {
  const bodies = Array.from({ length: count }, () => webhook());
  for (const body of bodies) expect((await intake.post(body)).status).toBe(200);
  return bodies;
}

describe.skipIf(!RABBITMQ_QUEUE.available)('while the broker is away', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld(RABBITMQ_QUEUE);
  });
  afterEach(() => world.close());

  it('dead: webhooks are stored as they come; back: they are forwarded in their order, each once', async () => {
    const intake = await world.intake();
    const before = await postAll(intake, 2);
    await world.toBroker.refuse();
    const during = await postAll(intake, 5);
    expect(await world.stored()).toEqual(during);
    expect(await isAway(intake)).toBe(1);
    expect(await intake.metric('freeway_webhooks_stored_total')).toBe(5);
    expect(await intake.metric('freeway_webhooks_stored_backlog')).toBe(5);
    expect(world.arrived()).toEqual(before);

    await world.toBroker.forward();
    await expect.poll(() => world.stored(), PATIENTLY).toEqual([]);
    await expect.poll(() => isAway(intake), PATIENTLY).toBe(0);
    const after = await postAll(intake, 2);
    await expect.poll(() => world.arrived().length, PATIENTLY).toBe(9);
    expect(world.arrived()).toEqual([...before, ...during, ...after]);
    expect(await intake.metric('freeway_webhooks_forwarded_total')).toBe(5);
    expect(await intake.metric('freeway_webhooks_published_total')).toBe(4);
  });

  it('silent: what it does not confirm in time is stored, and arrives under one id, however often', async () => {
    const intake = await world.intake({ WEBHOOK_PUBLISH_TIMEOUT_MS: '300' });
    world.toBroker.stall();
    const bodies = Array.from({ length: 20 }, () => webhook());
    const replies = await Promise.all(bodies.map((body) => intake.post(body)));
    expect(replies.map(({ status }) => status)).toEqual(bodies.map(() => 200));
    expect((await world.stored()).toSorted()).toEqual(bodies.toSorted());
    await world.toBroker.forward();
    await expect.poll(() => world.stored(), PATIENTLY).toEqual([]);
    const ids = () => bodies.map((body) => new Set(world.idsOf(body)).size);
    await expect.poll(ids, PATIENTLY).toEqual(bodies.map(() => 1));
  });

  it('from the start: intake starts, stores, and forwards once it is there', async () => {
    await world.toBroker.refuse();
    const intake = await world.intake();
    const bodies = await postAll(intake, 3);
    expect(await world.stored()).toEqual(bodies);
    await world.toBroker.forward();
    await expect.poll(() => world.arrived(), PATIENTLY).toEqual(bodies);
    // A row goes after the broker has confirmed, which is after it has arrived.
    await expect.poll(() => world.stored(), PATIENTLY).toEqual([]);
  });

  it('a connection that breaks is found again: nothing is lost', async () => {
    const intake = await world.intake();
    const bodies: string[] = [];
    for (let round = 0; round < 5; round += 1) {
      const posting = postAll(intake, 4);
      world.toBroker.cut();
      bodies.push(...(await posting));
    }
    await expect.poll(() => world.stored(), PATIENTLY).toEqual([]);
    const missing = () => bodies.filter((body) => world.idsOf(body).length === 0);
    await expect.poll(missing, PATIENTLY).toEqual([]);
    expect(bodies.map((body) => new Set(world.idsOf(body)).size)).toEqual(bodies.map(() => 1));
  });

  it('several intakes on one database forward each webhook once', async () => {
    const intakes = [await world.intake(), await world.intake(), await world.intake()];
    await world.toBroker.refuse();
    const bodies = (await Promise.all(intakes.map((intake) => postAll(intake, 80)))).flat();
    expect((await world.stored()).toSorted()).toEqual(bodies.toSorted());
    await world.toBroker.forward();
    await expect.poll(() => world.stored(), PATIENTLY).toEqual([]);
    await expect.poll(() => world.arrived().length, PATIENTLY).toBe(240);
    expect(world.arrived().toSorted()).toEqual(bodies.toSorted());
    const forwarded = await Promise.all(intakes.map((intake) => intake.metric('freeway_webhooks_forwarded_total')));
    expect(forwarded.reduce((sum, each) => sum + each)).toBe(240);
  });

  it('what an intake left behind is forwarded by the next one', async () => {
    await world.toBroker.refuse();
    const first = await world.intake();
    const bodies = await postAll(first, 3);
    expect(await first.stop()).toBe(true);
    await world.toBroker.forward();
    await world.intake();
    await expect.poll(() => world.arrived(), PATIENTLY).toEqual(bodies);
    // A row goes after the broker has confirmed, which is after it has arrived.
    await expect.poll(() => world.stored(), PATIENTLY).toEqual([]);
  });
});
