// Every process, told to stop while it is at work: it ends by itself and in time, and when all is done nothing is missing
// and nothing is there twice.
import { verifyLedger } from '@freeway/postgres';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFailed, onTestFinished, test } from 'vitest';
import { settleBooked } from '../src/demo/play-lives.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { EQUAL, openPlayedWorld, type Platform, type PlayedWorld, type ProcessKey } from './played-world.ts';
import { holdLock } from './hold-lock.ts';
import type { LogLine, RunningFreeway } from './running-freeway.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];
const rabbitUrl = process.env['TEST_RABBITMQ_URL'];

const TIMEOUT_MS = 240_000;
/** By its own clock a process that takes longer ends with 1. */
const STOP_TIMEOUT_MS = '20000';
const PATIENTLY = { timeout: 60_000, interval: 50 };

interface Row {
  readonly name: ProcessKey;
  /** Rises while the process is at work; of the sweeper: that it is the one that acts. */
  readonly metric: string;
  /** What keeps it from finishing what it has in hand; nobody else meets this lock. Intake: its own tests hold its queue. */
  readonly lock?: string;
}

const ROWS: readonly Row[] = [
  { name: 'gateway', metric: 'freeway_decisions_total', lock: 'decisions in exclusive mode' },
  { name: 'intake', metric: 'freeway_webhooks_received_total' },
  { name: 'relay', metric: 'freeway_relay_published_total', lock: 'relay_cursors in exclusive mode' },
  {
    name: 'jitFunding',
    metric: 'freeway_jit_funding_messages_total',
    lock: 'archive_decisions in exclusive mode',
  },
  { name: 'webhook', metric: 'freeway_webhook_elements_total', lock: 'archive_messages in exclusive mode' },
  { name: 'transaction', metric: 'freeway_records_total', lock: 'records in exclusive mode' },
  // It reads it, round by round.
  { name: 'sweeper', metric: 'freeway_sweeper_acting', lock: 'lookups in access exclusive mode' },
];

const QUEUES = [
  { name: 'PostgreSQL', isHere: serverUrl !== undefined, env: {} },
  {
    name: 'RabbitMQ',
    isHere: serverUrl !== undefined && rabbitUrl !== undefined,
    env: { RABBITMQ_URL: rabbitUrl ?? '' },
  },
];

for (const { name: broker, isHere, env } of QUEUES)
  describe.skipIf(!isHere)(`shutdown under load, queues in ${broker}`, { timeout: TIMEOUT_MS }, () => {
    let world: PlayedWorld;
    let platform: Platform;
    let playing: ReturnType<Platform['player']['run']>;
    const load = new AbortController();

    beforeAll(async () => {
      const patient = { STOP_TIMEOUT_MS, MARQETA_TIMEOUT_MS: '7000', SWEEP_DOUBT_EVERY_MS: '100' };
      world = await openPlayedWorld('shutdown', { serverUrl: serverUrl ?? '', env: { ...env, ...patient } });
      // Whoever is not answered asks again, until the process is back.
      const retry = { attempts: 1000, pauseMs: 20 };
      const play = { ratePerSecond: 20, signal: load.signal, retry, drainMs: TIMEOUT_MS };
      platform = await world.platform(play, { conduct: { repeats: 1 } });
      playing = platform.player.run();
    }, TIMEOUT_MS);
    afterEach(() => settleBooked(world.postgres, platform.model, platform.player));
    afterAll(async () => {
      load.abort();
      await world?.close();
    });

    /** Of all its series together; -1 until it serves them. */
    async function read(name: ProcessKey, metric: string): Promise<number> {
      const url = urlOf(name);
      if (url === undefined) return -1;
      const page = await fetch(`${url}/metrics`).then(
        (response) => response.text(),
        () => '',
      );
      const series = page.split('\n').filter((line) => line.startsWith(`${metric}{`));
      return series.length === 0
        ? -1
        : series.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
    }

    function urlOf(name: ProcessKey): string | undefined {
      const lines = world.running.get(name)?.log() ?? [];
      return lines.find(({ msg }) => /^(operations routes )?listening$/.test(msg))?.['url'] as string | undefined;
    }

    test.each(ROWS)(
      '$name finishes what it has in hand, ends with 0 within its time, and goes on when it is started again',
      async ({ name, metric, lock }) => {
        const process = world.running.get(name) as RunningFreeway;
        onTestFailed(() => console.error(name, process.stderr(), process.log().filter(isOdd).slice(-5)));
        await expect.poll(() => read(name, metric), PATIENTLY).toBeGreaterThan(0);
        const release = lock === undefined ? async () => undefined : await hold(name, lock);
        onTestFinished(release);
        const ended = process.terminate();
        await expect.poll(() => process.log().some(({ msg }) => msg === 'stopping'), PATIENTLY).toBe(true);
        // One that threw away what it had in hand would be gone.
        await sleep(200);
        if (lock !== undefined) expect(process.isRunning()).toBe(true);
        await release();
        expect(await ended).toBe(0);
        expect(process.log().filter(({ level }) => level === 'fatal')).toEqual([]);
        expect(process.stderr()).toBe('');
        world.start(name);
        await expect.poll(() => read(name, metric), PATIENTLY).toBeGreaterThan(0);
      },
    );

    /** Takes the lock, and waits until the process that is meant waits for it. */
    async function hold(name: ProcessKey, lock: string): Promise<() => Promise<void>> {
      const release = await holdLock(world.postgres, `lock table ${lock}`);
      const [table = ''] = lock.split(' ');
      const session = name === 'gateway' ? 'freeway-commits' : 'freeway-worker';
      const waiting = async () => {
        const rows = await world.postgres.sql`
          select from pg_locks join pg_stat_activity using (pid)
           where relation = ${table}::regclass and not granted
             and datname = current_database() and application_name = ${session}`;
        return rows.length;
      };
      await expect.poll(waiting, PATIENTLY).toBeGreaterThan(0);
      return release;
    }

    test('nothing is lost, and nothing is there twice', async () => {
      const { player, model, lives, differences } = platform;
      load.abort();
      const traffic = await playing;
      await lives.finish();
      await expect.poll(() => settleBooked(world.postgres, model, player), PATIENTLY).toBe(0);
      expect(traffic.wrongAnswers).toEqual([]);
      expect(traffic.answered).toBe(traffic.sent);
      expect(traffic.approved).toBeGreaterThan(100);
      expect(lives.report().webhooks).toMatchObject({ dropped: 0, waiting: 0 });
      expect(await differences()).toEqual(EQUAL);
      await expect
        .poll(async () => (await verifyLedger(world.postgres)).filter(({ ok }) => !ok), PATIENTLY)
        .toEqual([]);
      await expect.poll(unarchived, PATIENTLY).toBe(0);
      await expect.poll(() => read('relay', 'freeway_outbox_backlog'), PATIENTLY).toBe(0);
      expect(await read('relay', 'freeway_queue_dead')).toBe(0);
    });

    /** Decisions that the archive does not have. Its key is theirs: none can be there twice. */
    async function unarchived(): Promise<number> {
      const rows = await world.postgres.sql`
        select from decisions where decision_id::text not in (select id from archive_decisions)`;
      return rows.length;
    }
  });

const isOdd = ({ level }: LogLine): boolean => level !== 'info';
