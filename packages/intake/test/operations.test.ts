// What operators read of intake: health by service, readiness while one of the two stores is there, metrics.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { TestIntake } from './open-intake.ts';
import { RABBITMQ_QUEUE } from './queue-under-test.ts';
import { webhook } from './webhook.ts';
import { openWorld, type World } from './world.ts';

/** A report is shared for a second. */
const soon = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 20_000, interval: 50 });

describe.skipIf(!RABBITMQ_QUEUE.available)('operations', () => {
  let world: World;
  let intake: TestIntake;
  beforeAll(async () => {
    world = await openWorld(RABBITMQ_QUEUE);
    intake = await world.intake();
  });
  afterAll(() => world.close());

  async function get(path: string) {
    const { status, text } = await intake.post('', { method: 'GET', path });
    return { status, body: JSON.parse(text) };
  }

  it('all is well', async () => {
    await soon(async () => {
      const { status, body } = await get('/health');
      expect([status, body.state]).toEqual([200, 'up']);
      expect(body.services).toMatchObject({
        postgres: { state: 'up', required: false },
        queues: { state: 'up', required: false, detail: 'rabbitmq' },
        keeping: { state: 'up', required: true },
      });
    });
    expect(await get('/ready')).toEqual({ status: 200, body: { ready: true } });
  });

  it.each(['toDatabase', 'toBroker'] as const)(
    'one away (%s): degraded, ready, and webhooks are kept',
    async (which) => {
      await world[which].refuse();
      await soon(async () => {
        const { status, body } = await get('/health');
        expect([status, body.state, body.services.keeping.state]).toEqual([200, 'degraded', 'up']);
      });
      expect((await get('/ready')).status).toBe(200);
      expect((await intake.post(webhook())).status).toBe(200);
      await world[which].forward();
      await soon(async () => expect((await get('/health')).body.state).toBe('up'));
    },
  );

  it('both away: down, not ready, and still alive', async () => {
    await Promise.all([world.toDatabase.refuse(), world.toBroker.refuse()]);
    await soon(async () => expect((await get('/health')).status).toBe(503));
    expect(await get('/ready')).toEqual({ status: 503, body: { ready: false, detail: 'down: keeping' } });
    const { status, text } = await intake.post('', { method: 'GET', path: '/metrics' });
    expect(status).toBe(200);
    expect(text).toMatch(/^freeway_webhooks_stored_backlog\{.*\} Nan$/im);
    await Promise.all([world.toDatabase.forward(), world.toBroker.forward()]);
    await soon(async () => expect((await get('/ready')).status).toBe(200));
  });

  it('metrics tell of what happened', async () => {
    const [received, pings] = [
      await intake.metric('freeway_webhooks_received_total'),
      await intake.metric('freeway_webhook_pings_total'),
    ];
    expect((await intake.post(webhook())).status).toBe(200);
    expect((await intake.post('{"pings":[]}')).status).toBe(200);
    expect((await intake.post('not json')).status).toBe(400);
    expect((await intake.post('', { method: 'GET' })).status).toBe(405);
    await expect.poll(() => intake.metric('freeway_webhooks_received_total'), { timeout: 20_000 }).toBe(received + 3);
    expect(await intake.metric('freeway_webhook_pings_total')).toBe(pings + 1);
    expect(await intake.metric('freeway_webhook_seconds_count')).toBe(received + 3);
    expect(await intake.metric('freeway_postgres_intake_pool{state="max"')).toBe(5);
  });
});
