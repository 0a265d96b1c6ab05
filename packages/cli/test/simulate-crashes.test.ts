import { verifyLedger } from '@freeway/postgres';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { settleBooked } from '../src/demo/play-lives.ts';
import { EQUAL, openPlayedWorld, type PlayedWorld, PROCESS_KEYS } from './played-world.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];
const rabbitUrl = process.env['TEST_RABBITMQ_URL'];

/** How often each process is killed; `CRASH_ROUNDS=10` for a long look. */
const ROUNDS = Number(process.env['CRASH_ROUNDS'] ?? 1);
const BETWEEN_KILLS_MS = 1500;
const TIMEOUT_MS = 180_000 + ROUNDS * 60_000;

describe.skipIf(serverUrl === undefined || rabbitUrl === undefined)(
  'killing every process',
  { timeout: TIMEOUT_MS },
  () => {
    let world: PlayedWorld;
    beforeAll(async () => {
      const env = { RABBITMQ_URL: rabbitUrl ?? '', LOG_LEVEL: 'silent' };
      world = await openPlayedWorld('crashes', { serverUrl: serverUrl ?? '', env });
    }, TIMEOUT_MS);
    afterAll(() => world?.close());

    test('while whole lives are played leaves every account, counter and exception as the simulator has them', async () => {
      const { postgres, running } = world;
      const durationMs = ROUNDS * PROCESS_KEYS.length * BETWEEN_KILLS_MS;
      const conduct = { judgedLate: 0.02, repeats: 0.4 };
      const { model, player, lives, differences } = await world.platform({ durationMs }, { conduct });
      const playing = player.run();
      for (let round = 0; round < ROUNDS; round++) {
        for (const name of PROCESS_KEYS) {
          await sleep(BETWEEN_KILLS_MS);
          await running.get(name)?.kill();
          world.start(name);
          await settleBooked(postgres, model, player);
        }
      }
      const traffic = await playing;
      await lives.finish();
      await expect.poll(() => settleBooked(postgres, model, player), { timeout: TIMEOUT_MS, interval: 200 }).toBe(0);

      expect(traffic.wrongAnswers).toEqual([]);
      expect(traffic.approved).toBeGreaterThan(20);
      expect(Object.keys(traffic.connectionErrors)).not.toEqual([]);
      expect(lives.report().webhooks).toMatchObject({ dropped: 0, waiting: 0 });
      expect(await differences()).toEqual(EQUAL);
      // What was published twice or read again may still be on its way to the archive.
      await expect
        .poll(async () => (await verifyLedger(postgres)).filter(({ ok }) => !ok), { timeout: 60_000, interval: 500 })
        .toEqual([]);
    });
  },
);
