import type { Consumer, Delivery, Publisher } from '@freeway/core';
import {
  oldestOutboxAgeMs,
  outboxBacklog,
  type Postgres,
  pruneOutbox,
  readSealLag,
  sealBlock,
} from '@freeway/postgres';
import { createLogger, createMetrics, type Metrics } from '@freeway/runtime';
import { type FaultProxy, openFaultProxy } from '@freeway/testkit/fault-proxy';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Relay, startRelay } from '../src/relay/relay.ts';
import { waitingForLocks } from './locks.ts';
import { PATIENTLY } from './patiently.ts';
import { POSTGRES_QUEUES, type QueuesUnderTest, RABBITMQ_QUEUES } from './queues-under-test.ts';
import { addressOf, DATABASE_URL, through } from './servers.ts';
import { type Decider, openDecider, openTestDatabase, seedProgramme, type TestDatabase } from './test-database.ts';

const logger = createLogger({ process: 'test', level: 'silent' });

for (const kind of [POSTGRES_QUEUES, RABBITMQ_QUEUES]) {
  describe.skipIf(!kind.available)(`the relay over queues in ${kind.name}`, () => {
    let database: TestDatabase;
    let under: QueuesUnderTest;
    let decider: Decider;
    let accounts: readonly string[];
    let proxy: FaultProxy | undefined;
    let relays: Relay[] = [];
    let consumer: Consumer | undefined;
    /** Stands before every token of the test. */
    let own = '';
    /** What a consumer was given of the test's own, in order. */
    let seen: Delivery[];

    beforeAll(async () => {
      database = await openTestDatabase();
      accounts = await seedProgramme(database.postgres, 2);
      under = await kind.open(database.url);
      decider = openDecider(database.url);
    });
    afterAll(async () => {
      await decider?.close();
      await under?.close();
      await database?.close();
    });

    beforeEach(({ task }) => {
      own = `${task.id}:`;
      seen = [];
    });
    afterEach(async () => {
      await Promise.all(relays.splice(0).map((each) => each.stop()));
      await consumer?.stop();
      await proxy?.close();
      consumer = undefined;
      proxy = undefined;
    });

    interface RelayUnderTest {
      readonly publisher?: Publisher;
      readonly postgres?: Postgres;
      readonly metrics?: Metrics;
      readonly batchMax?: number;
      readonly retentionMs?: number;
    }

    function relay(changes: RelayUnderTest = {}): Relay {
      const started = startRelay({
        postgres: database.connect(),
        publisher: under.queues,
        logger,
        metrics: createMetrics({ process: 'test', node: false }),
        pollMs: 5,
        retentionMs: 3_600_000,
        ...changes,
      });
      relays.push(started);
      return started;
    }

    async function consume(): Promise<void> {
      consumer = await under.queues.consume('jit-funding-queue', { prefetch: 1 }, async (delivery) => {
        if (tokenOf(delivery).startsWith(own)) seen.push(delivery);
      });
    }

    const tokens = () => seen.map((delivery) => tokenOf(delivery).slice(own.length));

    async function decide(all: readonly string[], account = accounts[0] ?? ''): Promise<void> {
      for (const token of all) await decider.decide(own + token, account);
    }

    test('decisions arrive in commit order, across batches, each with its own id and what was decided', async () => {
      await decide(numbered(23));
      relay({ batchMax: 5 });
      await consume();
      await expect.poll(tokens, PATIENTLY).toEqual(numbered(23));
      expect(new Set(seen.map(({ id }) => id)).size).toBe(23);
      expect(seen[0]).toMatchObject({ type: 'authorization_decided', attempt: 1 });
      expect(JSON.parse(seen[0]?.body ?? '')).toMatchObject({
        source: 'http',
        outcome: 'approve',
        effect: 'hold',
        account_id: accounts[0],
        message_token: `message-of-${own}t0`,
        chain_token: `${own}t0`,
      });
      await expect.poll(() => outboxBacklog(database.postgres, 'jit-funding'), PATIENTLY).toBe(0);
      expect(await oldestOutboxAgeMs(database.postgres, 'jit-funding')).toBe(0);
    });

    test('a transaction that commits late is not skipped by those that began after it', async () => {
      const [first = '', second = ''] = accounts;
      const postgres = database.connect();
      relay({ postgres });
      await consume();
      await decide(['before'], first);
      await expect.poll(tokens, PATIENTLY).toEqual(['before']);

      // The ledger's own commit, held open in its middle: the index makes it wait for whoever else stores its token.
      const held = Promise.withResolvers<void>();
      const release = Promise.withResolvers<void>();
      const blocking = database.postgres.sql.begin(async (sql) => {
        await sql`insert into decisions (account_id, message_token, transaction_token, fingerprint, method, kind, approved,
            effect, amount_minor, currency, chain_token, counted_at)
          values (0, ${`message-of-${own}late`}, 'another', gen_random_uuid(), 'm', 'notice', true, 'none', 0, 'EUR', 'another', now())`;
        held.resolve();
        await release.promise;
        throw new Error('rolled back');
      });
      await held.promise;
      const late = decide(['late'], first);
      await expect.poll(() => waitingForLocks(database.postgres, 'authorize_requests'), PATIENTLY).toBe(1);
      await decide(['early-1', 'early-2'], second);
      await looks(postgres, 3);
      expect(tokens()).toEqual(['before']);

      release.resolve();
      await expect(blocking).rejects.toThrow('rolled back');
      await late;
      await expect.poll(tokens, PATIENTLY).toEqual(['before', 'late', 'early-1', 'early-2']);
    });

    test('dead between publishing and moving the cursor: the next one publishes again under equal ids', async () => {
      const toDatabase = (proxy = await openFaultProxy(addressOf(DATABASE_URL, 5432)));
      await decide(numbered(7));
      const published = Promise.withResolvers<void>();
      const dying: Publisher = {
        ...under.queues,
        async publish(queue, messages) {
          await under.queues.publish(queue, messages);
          await toDatabase.refuse();
          published.resolve();
        },
      };
      const first = relay({ publisher: dying, postgres: database.connect(through(database.url, toDatabase)) });
      await published.promise;
      await first.stop();
      expect(await outboxBacklog(database.postgres, 'jit-funding')).toBe(7);
      expect(await oldestOutboxAgeMs(database.postgres, 'jit-funding')).toBeGreaterThan(0);

      relay();
      await consume();
      await expect.poll(tokens, PATIENTLY).toEqual([...numbered(7), ...numbered(7)]);
      const ids = seen.map(({ id }) => id);
      expect(ids.slice(7)).toEqual(ids.slice(0, 7));
      // What was published after all is not published a third time.
      await decide(['after']);
      await expect.poll(() => tokens().at(-1), PATIENTLY).toBe('after');
      expect(seen).toHaveLength(15);
    });

    test('while the database is away the relay waits, and goes on where it was', async () => {
      const toDatabase = (proxy = await openFaultProxy(addressOf(DATABASE_URL, 5432)));
      const metrics = createMetrics({ process: 'test', node: false });
      relay({ postgres: database.connect(through(database.url, toDatabase)), metrics });
      await consume();
      await decide(['t0']);
      await expect.poll(tokens, PATIENTLY).toEqual(['t0']);
      await expect.poll(() => outboxBacklog(database.postgres, 'jit-funding'), PATIENTLY).toBe(0);
      await toDatabase.refuse();
      await decide(['t1', 't2']);
      expect(await metrics.text()).toContain('freeway_outbox_backlog{process="test"} Nan');
      await toDatabase.forward();
      await expect.poll(tokens, PATIENTLY).toEqual(['t0', 't1', 't2']);
    });

    test('while the broker is away the outbox grows and nothing is pruned; back, it drains in order', async () => {
      const toBroker = (proxy = await openFaultProxy(kind.server));
      const far = await under.connect(toBroker);
      const metrics = createMetrics({ process: 'test', node: false });
      const postgres = database.connect();
      relay({ publisher: far, postgres, metrics, retentionMs: 1 });
      await consume();
      await decide(['t0']);
      await expect.poll(tokens, PATIENTLY).toEqual(['t0']);
      await expect.poll(() => outboxBacklog(database.postgres, 'jit-funding'), PATIENTLY).toBe(0);
      await toBroker.refuse();
      await decide(numbered(30).slice(1));
      await looks(postgres, 3);
      expect(await metrics.text()).toContain('freeway_outbox_backlog{process="test"} 29');
      await toBroker.forward();
      await expect.poll(() => new Set(tokens()).size, PATIENTLY).toBe(30);
      // At least once: what was sent as the broker went may come twice, but nothing overtakes.
      expect([...new Set(tokens())]).toEqual(numbered(30));
      await expect.poll(() => outboxBacklog(database.postgres, 'jit-funding'), PATIENTLY).toBe(0);
      await Promise.all(relays.splice(0).map((each) => each.stop()));
      await far.close();
    });

    test('two relays at once skip nothing and publish nothing more than twice', async () => {
      relay({ batchMax: 3 });
      relay({ batchMax: 4 });
      await consume();
      await decide(numbered(40));
      await expect.poll(() => new Set(tokens()).size, PATIENTLY).toBe(40);
      await Promise.all(relays.splice(0).map((each) => each.stop()));
      await expect.poll(async () => (await under.queues.statistics())[0], PATIENTLY).toMatchObject({ ready: 0 });
      for (const token of numbered(40)) expect(tokens().filter((each) => each === token).length).toBeLessThanOrEqual(2);
    });

    test('stopping finishes the batch in hand', async () => {
      await decide(numbered(4));
      const asked = Promise.withResolvers<void>();
      const go = Promise.withResolvers<void>();
      const slow: Publisher = {
        ...under.queues,
        async publish(queue, messages) {
          asked.resolve();
          await go.promise;
          await under.queues.publish(queue, messages);
        },
      };
      const started = relay({ publisher: slow });
      await asked.promise;
      const stopped = started.stop();
      go.resolve();
      await stopped;
      expect(await outboxBacklog(database.postgres, 'jit-funding')).toBe(0);
      await consume();
      await expect.poll(tokens, PATIENTLY).toEqual(numbered(4));
    });
  });
}

describe.skipIf(DATABASE_URL === '')('pruning', () => {
  let database: TestDatabase;
  let decider: Decider;
  let account: string;

  beforeEach(async () => {
    database = await openTestDatabase();
    [account = ''] = await seedProgramme(database.postgres);
    decider = openDecider(database.url);
  });
  afterEach(async () => {
    await decider.close();
    await database.close();
  });

  const rows = async () => (await database.postgres.sql`select from outbox`).length;
  async function sealAll(): Promise<void> {
    while ((await readSealLag(database.postgres.sql)).rows > 0) await sealBlock(database.postgres);
  }
  const nowhere: Publisher = { publish: async () => undefined, reply: async () => undefined };

  function relayTo(publisher: Publisher, retentionMs: number, batchMax = 500): Relay {
    const metrics = createMetrics({ process: 'test', node: false });
    return startRelay({ postgres: database.postgres, publisher, logger, metrics, pollMs: 5, retentionMs, batchMax });
  }

  test('takes what was published and is old, never what was not published', async () => {
    for (const token of ['a', 'b', 'c']) await decider.decide(token, account);
    const first = relayTo(nowhere, 3_600_000);
    await expect.poll(() => outboxBacklog(database.postgres, 'jit-funding'), PATIENTLY).toBe(0);
    await first.stop();
    expect(await rows()).toBe(3);
    await decider.decide('d', account);
    expect(await pruneOutbox(database.postgres, 'jit-funding', 3_600_000)).toBe(0);
    // Nothing is lost to the seal either, which knows decisions by these rows.
    expect(await pruneOutbox(database.postgres, 'jit-funding', 0)).toBe(0);
    await sealAll();
    expect(await pruneOutbox(database.postgres, 'jit-funding', 0)).toBe(3);
    expect(await rows()).toBe(1);
  });

  test('much to remove goes at once, batch after batch', async () => {
    await decider.decide('a', account);
    await database.postgres.sql`
      insert into outbox (account_id, decision_id, record, created_at)
        select account_id, decision_id, record, created_at from outbox, generate_series(1, 1200)`;
    await database.postgres.sql`update outbox set created_at = created_at - interval '2 days'`;
    await decider.decide('b', account);
    await sealAll();
    const started = relayTo(nowhere, 86_400_000, 100);
    await expect.poll(rows, PATIENTLY).toBe(1);
    await started.stop();
  });

  test('the relay prunes when it starts, after it has published', async () => {
    await decider.decide('a', account);
    await database.postgres.sql`update outbox set created_at = created_at - interval '2 days'`;
    await decider.decide('b', account);
    await sealAll();
    let refused = 0;
    const refusing: Publisher = {
      ...nowhere,
      async publish() {
        refused++;
        throw new Error('no broker');
      },
    };
    const first = relayTo(refusing, 86_400_000);
    await expect.poll(() => refused, PATIENTLY).toBeGreaterThan(1);
    await first.stop();
    expect(await rows()).toBe(2);
    const second = relayTo(nowhere, 86_400_000);
    await expect.poll(rows, PATIENTLY).toBe(1);
    await second.stop();
  });
});

const tokenOf = ({ body }: Delivery): string => JSON.parse(body).transaction_token;

const numbered = (count: number): string[] => Array.from({ length: count }, (_, n) => `t${n}`);

/** Until whoever uses the pool has asked the database this often from now on. */
async function looks(postgres: Postgres, times: number): Promise<void> {
  const until = postgres.statistics().queries + times;
  await expect.poll(() => postgres.statistics().queries, PATIENTLY).toBeGreaterThanOrEqual(until);
}
