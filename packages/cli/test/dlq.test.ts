import { DEAD_LETTER_QUEUES, InvalidMessage, type Message, type QueueName, type Queues } from '@freeway/core';
import { createPostgresQueues } from '@freeway/postgres';
import { openTestDatabase, type TestDatabase } from '@freeway/postgres/testing';
import { createRabbitQueues, EXCHANGES, QUEUE_TABLE } from '@freeway/rabbitmq';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from 'rabbitmq-client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Run, runFreeway } from './run-freeway.ts';

const DATABASE = process.env['TEST_DATABASE_URL'];
const BROKER = process.env['TEST_RABBITMQ_URL'];

/** A test here starts up to ten processes. */
const TIMEOUT_MS = 120_000;

/** For what comes by itself, but on a busy machine not at once. */
const PATIENTLY = { timeout: 15_000 };

const prefix = `t${randomUUID().slice(0, 8)}.`;
const retryDelaysMs = [5, 10, 15];

const KINDS = [
  {
    name: 'PostgreSQL',
    available: DATABASE !== undefined,
    env: {},
    open: (databaseUrl: string) => createPostgresQueues({ databaseUrl, prefix, retryDelaysMs, pollEveryMs: 20 }),
    // They go with the database.
    remove: async () => undefined,
  },
  {
    name: 'RabbitMQ',
    available: DATABASE !== undefined && BROKER !== undefined,
    env: { RABBITMQ_URL: BROKER ?? '' },
    open: async () => createRabbitQueues({ url: BROKER ?? '', prefix, retryDelaysMs }),
    remove: removeFromBroker,
  },
];

async function removeFromBroker(): Promise<void> {
  const outside = new Connection(BROKER);
  for (const { queue, dead } of QUEUE_TABLE) {
    const retries = retryDelaysMs.map((delayMs) => `${queue}.retry.${delayMs}ms`);
    for (const name of [queue, dead, ...retries]) await outside.queueDelete({ queue: prefix + name });
  }
  for (const exchange of Object.values(EXCHANGES)) await outside.exchangeDelete({ exchange: prefix + exchange });
  await outside.close();
}

const messages = (count: number, name: string): Message[] =>
  Array.from({ length: count }, (_, n) => ({ id: `${name}${n + 1}`, type: 'counted', body: `{"name":"Ada ${n}"}` }));

function suite({ name, env, open, remove }: (typeof KINDS)[number]): void {
  let database: TestDatabase;
  let queues: Queues;
  let folder: string;

  beforeAll(async () => {
    database = await openTestDatabase(DATABASE ?? '');
    queues = await open(database.url);
    folder = mkdtempSync(join(tmpdir(), 'freeway-cli-'));
  });
  afterAll(async () => {
    await queues.close();
    await remove();
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    for (const queue of ['webhook-queue', 'jit-funding-queue'] as const) await queues.deadLetters.discard(queue, {});
  });

  const dlq = (...args: string[]): Promise<Run> =>
    runFreeway(['dlq', ...args], {
      cwd: folder,
      env: { DATABASE_URL: database.url, QUEUE_PREFIX: prefix, QUEUE_RETRY_DELAYS_MS: '5,10,15', ...env },
    });

  const deadCount = async (queue: QueueName) =>
    (await queues.statistics()).find((statistics) => statistics.queue === queue)?.dead;

  /** Lets messages die: of the error, or, without one, of being invalid. */
  async function kill(
    queue: QueueName,
    doomed: readonly Message[],
    error: Error = new InvalidMessage('not like this'),
  ) {
    const before = (await deadCount(queue)) ?? 0;
    const consumer = await queues.consume(queue, { prefetch: 1 }, () => Promise.reject(error));
    await queues.publish(queue, doomed);
    await expect.poll(() => deadCount(queue), PATIENTLY).toBe(before + doomed.length);
    await consumer.stop();
  }

  const audits = () => database.postgres.sql`
    select actor, verb, subject, detail from audit_records where subject like 'queue:%' order by audit_id`;

  test('list shows every queue, what died there and of what, and never a body', async () => {
    await kill('webhook-queue', messages(2, 'w'));
    await kill('jit-funding-queue', messages(1, 'j'), new Error('the archive\u001b[31m is away'));
    const all = await dlq('list');
    expect(all).toMatchObject({ code: 0, stderr: '' });
    expect(all.stdout).toMatch(/^jit-funding-dlq: 1 dead letter\n/);
    expect(all.stdout).toMatch(
      /\nj1 +counted +attempts_exhausted +4 +0 +\d{4}-\S+Z {2}Error: the archive \[31m is away\n/,
    );
    expect(all.stdout).toContain('\ntransaction-processing-dlq: 0 dead letters\n');
    expect(all.stdout).toMatch(/\nwebhook-dlq: 2 dead letters\n.*\nw1 .* InvalidMessage: not like this\nw2 /);
    expect(all.stdout).not.toContain('Ada');

    const one = await dlq('list', '--queue', 'webhook-dlq', '--id', 'w2', '--limit', '1', '--json');
    expect(JSON.parse(one.stdout)).toEqual([
      {
        queue: 'webhook-dlq',
        total: 2,
        examined: 2,
        matching: 1,
        letters: [
          {
            id: 'w2',
            type: 'counted',
            reason: 'invalid_message',
            original_queue: 'webhook-queue',
            attempts: 1,
            redriven: 0,
            first_error: 'InvalidMessage: not like this',
            first_failed_at: expect.stringMatching(/Z$/) as string,
            last_error: 'InvalidMessage: not like this',
            last_failed_at: expect.stringMatching(/Z$/) as string,
          },
        ],
      },
    ]);
    const limited = await dlq('list', '--queue', 'webhook-queue', '--limit', '1', '--after', '1h');
    expect(limited.stdout).toMatch(/^webhook-dlq: 2 dead letters, the oldest 1 shown\n/);
    const none = await dlq('list', '--queue', 'webhook-queue', '--before', '1h', '--reason', 'attempts_exhausted');
    expect(none).toEqual({ code: 0, stdout: 'webhook-dlq: 0 of 2 dead letters\n', stderr: '' });
  });

  test('show tells the history, and the body only when asked', async () => {
    await kill('webhook-queue', messages(1, 'w'));
    const [history, whole, unknown, elsewhere] = [
      await dlq('show', 'w1'),
      await dlq('show', 'w1', '--body', '--json'),
      await dlq('show', 'w9'),
      await dlq('show', 'w1', '--queue', 'jit-funding-dlq', '--json'),
    ];
    expect(history).toMatchObject({ code: 0, stderr: '' });
    expect(history.stdout).toMatch(
      /^id +w1\nqueue +webhook-dlq\ntype +counted\nreason +invalid_message\nattempts +1\n/,
    );
    expect(history.stdout).toMatch(/\nbody +16 bytes, shown with --body\n$/);
    expect(history.stdout).not.toContain('Ada');
    expect(JSON.parse(whole.stdout)).toMatchObject([{ queue: 'webhook-dlq', id: 'w1', body: '{"name":"Ada 0"}' }]);
    expect(unknown).toEqual({ code: 1, stdout: '', stderr: 'freeway: there is no dead letter w9\n' });
    expect(elsewhere).toEqual({
      code: 1,
      stdout: '[]\n',
      stderr: 'freeway: there is no dead letter w1 in jit-funding-dlq\n',
    });
  });

  test('without --yes, redrive and discard say what they would do, and do nothing', async () => {
    await kill('webhook-queue', messages(12, 'w'));
    await kill('webhook-queue', messages(3, 'x'), new Error('away'));
    const before = await audits();
    const [redrive, discard, json] = [
      await dlq('redrive', '--reason', 'invalid_message'),
      await dlq('discard', '--all'),
      await dlq('redrive', '--error', 'AWAY', '--json'),
    ];
    const named = messages(10, 'w').map(({ id }) => `  ${id}\n`);
    expect(redrive).toEqual({
      code: 0,
      stdout: `webhook-dlq: would redrive 12 of 15\n${named.join('')}  and 2 more\nwould redrive 12 of 15 messages: nothing was done; run again with --yes to do it\n`,
      stderr: '',
    });
    expect(discard.stdout).toContain('would discard 15 of 15 messages: nothing was done');
    const nothing = { total: 0, examined: 0, matching: 0, done: 0, ids: [] };
    expect(JSON.parse(json.stdout)).toEqual({
      verb: 'redrive',
      dry_run: true,
      total: 15,
      matching: 3,
      done: 0,
      unknown_ids: [],
      queues: [
        { queue: 'jit-funding-dlq', ...nothing },
        { queue: 'transaction-processing-dlq', ...nothing },
        { queue: 'webhook-dlq', total: 15, examined: 15, matching: 3, done: 0, ids: ['x1', 'x2', 'x3'] },
      ],
    });
    await expect.poll(() => deadCount('webhook-queue'), PATIENTLY).toBe(15);
    expect(await audits()).toEqual(before);
  });

  test('with --yes, redrive puts them back, and the audit names who, which and why', async () => {
    await kill('webhook-queue', messages(2, 'w'));
    await kill('webhook-queue', messages(1, 'x'), new Error('away'));
    const before = (await audits()).length;
    const run = await dlq('redrive', '--reason', 'invalid_message', '--yes', '--actor', 'ada@desk');
    expect(run).toEqual({
      code: 0,
      stdout: 'webhook-dlq: redrove 2 of 3\n  w1\n  w2\nredrove 2 of 3 messages\n',
      stderr: '',
    });
    const seen: string[] = [];
    const consumer = await queues.consume('webhook-queue', { prefetch: 1 }, async ({ id, attempt, body }) => {
      seen.push(`${id} ${attempt} ${body}`);
    });
    await expect.poll(() => seen, PATIENTLY).toEqual(['w1 1 {"name":"Ada 0"}', 'w2 1 {"name":"Ada 1"}']);
    await consumer.stop();
    const common = { actor: 'ada@desk', verb: 'dlq_redrive', subject: 'queue:webhook-dlq' };
    const filter = { reasons: ['invalid_message'] };
    expect((await audits()).slice(before)).toEqual([
      { ...common, detail: { phase: 'started', filter } },
      {
        ...common,
        detail: { phase: 'finished', filter, total: 3, matching: 2, done: 2, ids: ['w1', 'w2'], ids_left_out: 0 },
      },
    ]);
  });

  test('with --yes, discard removes them; an id that is not there exits 1 and is named', async () => {
    await kill('webhook-queue', messages(3, 'w'));
    const run = await dlq('discard', '--id', 'w2', '--id', 'w9', '--yes');
    expect(run).toEqual({
      code: 1,
      stdout: 'webhook-dlq: discarded 1 of 3\n  w2\ndiscarded 1 of 3 messages\n',
      stderr: 'freeway: there is no dead letter w9\n',
    });
    const all = await dlq('discard', '--all', '--queue', DEAD_LETTER_QUEUES['webhook-queue'], '--yes', '--json');
    expect(JSON.parse(all.stdout)).toMatchObject({ verb: 'discard', dry_run: false, total: 2, done: 2 });
    expect(await dlq('discard', '--all', '--yes')).toEqual({
      code: 0,
      stdout: 'discarded 0 of 0 messages\n',
      stderr: '',
    });
    expect(await dlq('list', '--queue', 'webhook-dlq')).toMatchObject({ stdout: 'webhook-dlq: 0 dead letters\n' });
  });

  if (name === 'PostgreSQL')
    test('what fails midway says how far it came, in the audit too, and leaves the rest where it was', async () => {
      await kill('webhook-queue', messages(2, 'w'));
      const { sql } = database.postgres;
      await sql.unsafe(`create function stumble() returns trigger language plpgsql as $$ begin
        if new.name like '%webhook-queue' then raise exception 'the disk is full'; end if; return new; end $$`);
      await sql.unsafe(
        'create trigger stumble before insert on queue.job_common for each row execute function stumble()',
      );
      const run = await dlq('redrive', '--all', '--yes');
      await sql.unsafe('drop trigger stumble on queue.job_common');
      expect(run).toEqual({
        code: 1,
        stdout: '',
        stderr: 'redrove 0 of webhook-dlq before it failed; the rest is where it was\nfreeway: the disk is full\n',
      });
      expect((await audits()).at(-1)).toMatchObject({
        detail: { phase: 'failed', done: 0, error: 'the disk is full' },
      });
      expect(await deadCount('webhook-queue')).toBe(2);
    });
}

for (const kind of KINDS)
  describe.skipIf(!kind.available)(`freeway dlq on ${kind.name}`, { timeout: TIMEOUT_MS }, () => suite(kind));

describe('how freeway dlq is called', () => {
  const cwd = tmpdir();

  test.each([
    [['redrive'], 'either --all, or at least one of --id'],
    [['discard', '--all', '--id', 'm'], 'either --all, or at least one of --id'],
    [['list', '--queue', 'no-such-queue'], 'One of jit-funding-dlq, transaction-processing-dlq, webhook-dlq.'],
    [['list', '--reason', 'tired'], 'One of invalid_message, attempts_exhausted'],
    [['list', '--before', 'yesterday'], 'A time such as 2026-11-27T10:00:00Z'],
    [['list', '--after', '2026-11-27T10:00:00'], 'A time such as 2026-11-27T10:00:00Z'],
    [['list', '--limit', 'all'], 'A whole number is needed'],
    [['show'], "missing required argument 'id'"],
  ])('%j exits 2 and says why', async (args, sentence) => {
    const run = await runFreeway(['dlq', ...args], { cwd });
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toContain(sentence);
  });

  test.each(['list', 'show', 'redrive', 'discard'])('%s --help shows how', async (verb) => {
    const run = await runFreeway(['dlq', verb, '--help'], { cwd });
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toContain(`  freeway dlq ${verb}`);
  });

  test('a broker that does not answer exits 1 with one sentence, without its password', async () => {
    const run = await runFreeway(['dlq', 'list'], { cwd, env: { RABBITMQ_URL: 'amqp://ada:s3cret@127.0.0.1:1' } });
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toMatch(/^freeway: RabbitMQ .*\n$/);
    expect(run.stderr).not.toContain('s3cret');
  });
});
