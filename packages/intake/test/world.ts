import { openTestDatabase, type TestDatabase } from '@freeway/postgres/testing';
import type { Environment } from '@freeway/runtime';
import type { FaultProxy } from '@freeway/testkit/fault-proxy';
import { openIntake, type TestIntake } from './open-intake.ts';
import { type QueueKind, type QueueUnderTest } from './queue-under-test.ts';
import { behindProxy, DATABASE_URL, RABBITMQ_URL } from './servers.ts';

/** A database and a queue of its own, both behind proxies that can fail, and as many intakes on them as a test wants. */
export interface World {
  readonly database: TestDatabase;
  readonly toDatabase: FaultProxy;
  readonly toBroker: FaultProxy;
  /** What an intake needs to reach them through the proxies. */
  readonly env: Environment;
  intake(env?: Environment): Promise<TestIntake>;
  /** Bodies that have come out of webhook-queue, in their order. */
  arrived(): readonly string[];
  /** Ids of messages with this body. */
  idsOf(body: string): readonly string[];
  /** Bodies that wait in PostgreSQL, oldest first. */
  stored(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export async function openWorld(kind: QueueKind): Promise<World> {
  const database = await openTestDatabase(DATABASE_URL);
  const queue: QueueUnderTest = await kind.open(database.url);
  const behindDatabase = await behindProxy(database.url);
  const behindBroker = await behindProxy(RABBITMQ_URL || DATABASE_URL);
  const intakes: TestIntake[] = [];
  const broker = queue.env['RABBITMQ_URL'] === undefined ? {} : { RABBITMQ_URL: behindBroker.url };
  const base: Environment = { DATABASE_URL: behindDatabase.url, ...queue.env, ...broker };
  return {
    database,
    toDatabase: behindDatabase.proxy,
    toBroker: behindBroker.proxy,
    env: base,
    async intake(env = {}) {
      const intake = await openIntake({ ...base, ...env });
      intakes.push(intake);
      return intake;
    },
    arrived: () => queue.arrived.map(({ body }) => body),
    idsOf: (body) => queue.arrived.filter((each) => each.body === body).map(({ id }) => id),
    stored: async () => {
      const rows = await database.postgres.sql`select body from stored_webhooks order by position`;
      return rows.map((row) => row['body'] as string);
    },
    async close() {
      await Promise.all([behindDatabase.proxy.forward(), behindBroker.proxy.forward()]);
      await Promise.all(intakes.map((intake) => intake.stop()));
      await queue.close();
      await Promise.all([behindDatabase.proxy.close(), behindBroker.proxy.close()]);
      await database.close();
    },
  };
}
