// Webhooks that wait for the broker: kept as they came, handed on in order, by several at once and each once.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  forwardStoredWebhooks,
  type StoredWebhook,
  storedWebhookBacklog,
  storeWebhooks,
} from '../src/stored-webhooks.ts';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

const webhook = (body: string): StoredWebhook => ({ id: randomUUID(), body });
const numbered = (count: number) => Array.from({ length: count }, (_, n) => webhook(`{"n":${n}}`));

describe.skipIf(serverUrl === undefined)('stored webhooks', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase(serverUrl ?? '');
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await database.postgres.sql`truncate stored_webhooks`;
  });

  const store = (...webhooks: StoredWebhook[]) => storeWebhooks(database.postgres, webhooks);
  const backlog = () => storedWebhookBacklog(database.postgres);

  /** Forwards once, with nothing going wrong; what was handed on. */
  async function forward(limit = 100): Promise<readonly StoredWebhook[]> {
    const forwarded: StoredWebhook[] = [];
    await forwardStoredWebhooks(database.postgres, limit, async (webhooks) => void forwarded.push(...webhooks));
    return forwarded;
  }

  it('are handed on in the order in which they were stored, some at a time, and then are gone', async () => {
    const all = numbered(12);
    await store(...all.slice(0, 3));
    await store(...all.slice(3));
    expect(await backlog()).toBe(12);
    expect(await forward(7)).toEqual(all.slice(0, 7));
    expect(await backlog()).toBe(5);
    expect(await forward(7)).toEqual(all.slice(7));
    expect(await forward(5)).toEqual([]);
    expect(await backlog()).toBe(0);
  });

  it('come back character by character', async () => {
    const bodies = [
      '{}',
      ' \r\n\t{ "b" : 10.50, "a":"Caf\\u00e9 Größe \\u0000 \\ud83d 😀", "b":0.10000000000000000001 }\n ',
      '{"quotes":"\\"\\\\","braces":"{,}","null":"NULL","dollar":"$1","single":"\'"}',
      `{"long":"${'x'.repeat(300_000)}"}`,
    ];
    await store(...bodies.map(webhook));
    expect((await forward()).map(({ body }) => body)).toEqual(bodies);
  });

  it('stay, in their order, when they could not be handed on', async () => {
    const all = numbered(3);
    await store(...all);
    const failing = forwardStoredWebhooks(database.postgres, 2, () => Promise.reject(new Error('the broker is away')));
    await expect(failing).rejects.toThrow('the broker is away');
    expect(await forward()).toEqual(all);
  });

  it('are stored once, however often the same is stored', async () => {
    const [first, second] = [webhook('{"n":1}'), webhook('{"n":2}')];
    await store(first);
    await store(first, second);
    expect(await forward()).toEqual([first, second]);
  });

  it('are never in the hands of two: a second forwarder takes the next ones', async () => {
    const all = numbered(5);
    await store(...all);
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const { promise: inHand, resolve: taken } = Promise.withResolvers<readonly StoredWebhook[]>();
    const first = forwardStoredWebhooks(database.postgres, 2, async (webhooks) => {
      taken(webhooks);
      await released;
    });
    expect(await inHand).toEqual(all.slice(0, 2));
    expect(await forward(2)).toEqual(all.slice(2, 4));
    release();
    expect(await first).toBe(2);
    expect(await forward(2)).toEqual(all.slice(4));
  });

  it('several forwarders at once hand on each of them once', async () => {
    const all = numbered(200);
    await store(...all);
    const forwarded: string[] = [];
    const take = () =>
      forwardStoredWebhooks(database.postgres, 7, async (webhooks) => {
        forwarded.push(...webhooks.map(({ id }) => id));
      });
    const drain = async () => {
      while ((await take()) > 0);
    };
    await Promise.all([drain(), drain(), drain(), drain()]);
    expect(forwarded.toSorted()).toEqual(all.map(({ id }) => id).toSorted());
    expect(await backlog()).toBe(0);
  });
});
