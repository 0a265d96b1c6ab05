// An intake that is told to stop, and one that is killed, as processes of their own: what was answered 200 arrives.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type IntakeProcess, startIntakeProcess } from './intake-process.ts';
import { postWebhook, readMetric } from './open-intake.ts';
import { holdTable } from './hold-table.ts';
import { POSTGRES_QUEUE, QUEUE_KINDS } from './queue-under-test.ts';
import { PATIENTLY } from './servers.ts';
import { webhook } from './webhook.ts';
import { openWorld, type World } from './world.ts';

async function isRefused(url: string): Promise<boolean> {
  return fetch(`${url}/ready`, { headers: { connection: 'close' } }).then(
    () => false,
    () => true,
  );
}

for (const kind of QUEUE_KINDS)
  describe.skipIf(!kind.available)(`an intake that ends, queues in ${kind.name}`, () => {
    let world: World;
    let running: IntakeProcess[];
    beforeEach(async () => {
      world = await openWorld(kind);
      running = [];
    });
    afterEach(async () => {
      for (const each of running) each.signal('SIGKILL');
      await Promise.all(running.map(({ exited }) => exited));
      await world.close();
    });

    async function start(): Promise<{ readonly intake: IntakeProcess; readonly url: string }> {
      // As long as the settings allow: what hangs in the queue is to be seen there.
      const patience = { WEBHOOK_PUBLISH_TIMEOUT_MS: '3000', WEBHOOK_STORE_TIMEOUT_MS: '500' };
      const intake = startIntakeProcess({ ...world.env, ...patience });
      running.push(intake);
      return { intake, url: await intake.url };
    }

    /** Publishing hangs until it is released. */
    async function holdQueue(): Promise<() => Promise<void>> {
      if (kind === POSTGRES_QUEUE) return holdTable(world, 'queue.job');
      world.toBroker.stall();
      return world.toBroker.forward;
    }

    it('told to stop: webhooks in hand are kept and answered, new ones are not taken, and it ends with 0', async () => {
      const { intake, url } = await start();
      const release = await holdQueue();
      const bodies = Array.from({ length: 10 }, () => webhook());
      const posting = Promise.all(bodies.map((body) => postWebhook(url, body)));
      await expect.poll(() => readMetric(url, 'freeway_webhooks_in_hand'), PATIENTLY).toBe(10);
      intake.signal('SIGTERM');
      await expect.poll(() => isRefused(url), PATIENTLY).toBe(true);
      await release();
      expect((await posting).map(({ status }) => status)).toEqual(bodies.map(() => 200));
      expect(await intake.exited).toBe(0);
      await expectKept(bodies);
    });

    it('killed while busy: what it had answered 200 is kept all the same', async () => {
      const { intake, url } = await start();
      const answered: string[] = [];
      const { promise: enough, resolve: isEnough } = Promise.withResolvers<void>();
      const post = async (): Promise<void> => {
        for (;;) {
          const body = webhook({ elements: 5 });
          const reply = await postWebhook(url, body).catch(() => undefined);
          if (reply === undefined) return;
          expect(reply.status).toBe(200);
          answered.push(body);
          if (answered.length === 100) isEnough();
        }
      };
      const posting = Promise.all(Array.from({ length: 8 }, post));
      await enough;
      intake.signal('SIGKILL');
      expect(await intake.exited).toBe(null);
      await posting;
      await start();
      await expectKept(answered);
    });

    /** Each of them is in the queue, or waits in PostgreSQL for it. */
    async function expectKept(bodies: readonly string[]): Promise<void> {
      const missing = async () => {
        const stored = await world.stored();
        return bodies.filter((body) => world.idsOf(body).length === 0 && !stored.includes(body));
      };
      await expect.poll(missing, PATIENTLY).toEqual([]);
    }
  });
