import { randomUUID } from 'node:crypto';
import { openFaultProxy } from '@freeway/testkit/fault-proxy';
import { describe, expect, test } from 'vitest';
import { openPostgres } from './queue-under-test.ts';

const databaseUrl = process.env.TEST_DATABASE_URL ?? '';

/** For what comes by itself, but on a busy machine not at once. */
const PATIENTLY = { timeout: 15_000 };

const QUEUE = 'webhook-queue';

async function open(options: { databaseUrl?: string } = {}) {
  const prefix = `t${randomUUID().slice(0, 8)}.`;
  const opened = await openPostgres({ prefix, retryDelaysMs: [5, 10, 15], ...options });
  /** Rows as a publisher of ours would have written them, in whichever queue. */
  const insert = (queue: string, ids: readonly string[]) => opened.outside`
    insert into queue.job (name, data)
    select ${prefix + queue}, jsonb_build_object('id', id, 'type', 'counted', 'body', '{}', 'attempt', 1, 'published', 1)
    from unnest(${ids as string[]}::text[]) id`;
  const names = (queue: string) => opened.outside<{ id: string }[]>`
    select data ->> 'id' as id from queue.job where name = ${prefix + queue}`;
  const idsIn = async (queue: string) => (await names(queue)).map(({ id }) => id);
  return { ...opened, prefix, insert, idsIn };
}

describe.skipIf(!databaseUrl)('dead letters in PostgreSQL', () => {
  test('connections cut again and again while redriving: every letter is in one place, and only there', async () => {
    const target = new URL(databaseUrl);
    const proxy = await openFaultProxy({ host: target.hostname, port: Number(target.port || 5432) });
    target.host = `127.0.0.1:${proxy.port}`;
    const { queues, insert, idsIn, close } = await open({ databaseUrl: target.href });
    const ids = Array.from({ length: 1_500 }, (_, n) => `m${n}`);
    await insert('webhook-dlq', ids);
    let faults = 0;
    for (let left = ids.length; left > 0; left = (await idsIn('webhook-dlq')).length) {
      const cut = () => setTimeout(() => proxy.cut(), 2);
      await queues.deadLetters.redrive(QUEUE, {}, faults < 4 ? { onProgress: cut } : {}).catch((error: unknown) => {
        expect(error).toMatchObject({ name: 'Fault' });
        faults += 1;
      });
      const everywhere = [...(await idsIn('webhook-dlq')), ...(await idsIn(QUEUE))];
      expect(everywhere.toSorted()).toEqual(ids.toSorted());
    }
    expect(faults).toBeGreaterThan(0);
    await close();
    await proxy.close();
  });

  test('a letter whose holders all died says so, and is redriven like any other', async () => {
    const { queues, outside, prefix, dieHolding, close } = await open();
    await queues.publish(QUEUE, [{ id: 'killer', type: 'deadly', body: '{"n":1}' }]);
    // Its last delivery.
    await outside`update queue.job set retry_count = retry_limit where name = ${prefix + QUEUE}`;
    await dieHolding(QUEUE);
    await expect.poll(async () => (await queues.statistics())[2]?.dead, PATIENTLY).toBe(1);
    const list = async () => (await queues.deadLetters.list(QUEUE, { reasons: ['delivery_limit'] }, 1)).letters;
    expect(await list()).toMatchObject([
      {
        id: 'killer',
        type: 'deadly',
        body: '{"n":1}',
        attempts: 1,
        redriven: 0,
        lastError: 'every process that held the message died or was stopped before it was done',
        lastFailedAtMs: expect.any(Number),
      },
    ]);
    await queues.deadLetters.redrive(QUEUE, {});
    // pg-boss keeps the row that it gave up on for a while.
    const [row] = await outside`
      select data, retry_count from queue.job where name = ${prefix + QUEUE} and state < 'active'`;
    expect(row).toMatchObject({ retry_count: 0, data: { id: 'killer', attempt: 1, failure: { redriven: 1 } } });
    await close();
  });

  test('a row that something else wrote can be found by a digest of it, and comes back as it was', async () => {
    const { queues, outside, prefix, close } = await open();
    await outside`insert into queue.job (name, data) values (${prefix + 'webhook-dlq'}, '{"who":"knows"}')`;
    const { letters } = await queues.deadLetters.list(QUEUE, {}, 1);
    const id = letters[0]?.id ?? '';
    expect(letters).toMatchObject([
      { id: expect.stringMatching(/^unnamed-[0-9a-f]{12}$/), type: '', body: '{"who":"knows"}', reason: 'unknown' },
    ]);
    expect(await queues.deadLetters.redrive(QUEUE, { ids: [id] })).toMatchObject({ done: 1, ids: [id] });
    const consumer = await queues.consume(QUEUE, { prefetch: 1 }, async () => undefined);
    await expect.poll(async () => (await queues.statistics())[2]?.dead, PATIENTLY).toBe(1);
    await consumer.stop();
    expect((await queues.deadLetters.list(QUEUE, {}, 1)).letters).toMatchObject([
      { id, body: '{"who":"knows"}', reason: 'not_ours', redriven: 1, attempts: 2 },
    ]);
    await close();
  });
});
