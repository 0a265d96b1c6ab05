import { type ArchiveDocument } from '@freeway/core';
import { type FaultProxy, openFaultProxy } from '@freeway/testkit/fault-proxy';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMongoArchive, type MongoArchive, type MongoArchiveOptions } from '../src/index.ts';
import { MONGODB_URI, scratchDatabase } from './scratch-database.ts';

const documentOf = (id: string): ArchiveDocument => ({ id, occurredAtMs: 1, content: { id } });

describe.skipIf(!MONGODB_URI)('when MongoDB is away', () => {
  const url = new URL(MONGODB_URI ?? 'mongodb://127.0.0.1');
  const target = { host: url.hostname, port: Number(url.port || 27017) };
  let proxy: FaultProxy;
  let scratch: ReturnType<typeof scratchDatabase>;
  const opened: MongoArchive[] = [];

  beforeEach(async () => {
    proxy = await openFaultProxy(target);
    scratch = scratchDatabase();
  });
  afterEach(async () => {
    await proxy.forward();
    for (const archive of opened.splice(0)) await archive.close();
    await proxy.close();
    await scratch.drop();
  });

  const open = async (options: Partial<MongoArchiveOptions> = {}): Promise<MongoArchive> => {
    url.host = `127.0.0.1:${proxy.port}`;
    const quick = { selectionTimeoutMs: 200, operationTimeoutMs: 300, random: () => 0 };
    const archive = await createMongoArchive({ uri: url.href, database: scratch.name, ...quick, ...options });
    opened.push(archive);
    return archive;
  };

  it('starts without it, says so, and makes the indexes once it is there', async () => {
    await proxy.refuse();
    const archive = await open();
    expect(await archive.health()).toEqual({ state: 'down', detail: expect.stringContaining('ECONNREFUSED') });
    await expect(archive.insert('decisions', [documentOf('a')])).rejects.toMatchObject({
      name: 'Fault',
      code: 'unavailable',
    });
    await proxy.forward();
    await vi.waitFor(async () => expect(await archive.health()).toMatchObject({ state: 'up' }), { timeout: 20_000 });
    expect(await scratch.database.collection('decisions').indexes()).toHaveLength(5);
    expect(await archive.insert('decisions', [documentOf('a')])).toBe(1);
  });

  it('carries every verb over a lost connection', async () => {
    const archive = await open();
    const verbs: ((archive: MongoArchive) => Promise<unknown>)[] = [
      (each) => each.insert('messages', [documentOf('a')]),
      (each) => each.upsert('messages', documentOf('b')),
      (each) => each.get('messages', 'a'),
      (each) => each.find('messages', {}),
      (each) => each.statistics(),
      (each) => each.removeBefore('messages', 1),
    ];
    const results: unknown[] = [];
    for (const verb of verbs) {
      proxy.cut();
      results.push(await verb(archive));
    }
    expect(results).toEqual([
      1,
      undefined,
      documentOf('a'),
      [documentOf('b'), documentOf('a')],
      { decisions: { documents: 0 }, messages: { documents: 2 } },
      0,
    ]);
  });

  it('makes an insert again whose answer was lost, and keeps one of each', async () => {
    const archive = await open({ attempts: 50 });
    await archive.insert('messages', [documentOf('a')]);
    const insert = archive.insert('messages', [documentOf('a'), documentOf('b'), documentOf('c')]);
    proxy.cut();
    await insert;
    expect((await archive.find('messages', {})).map(({ id }) => id)).toEqual(['c', 'b', 'a']);
  });

  it('waits for it within its attempts', async () => {
    const archive = await open({ attempts: 50 });
    await proxy.refuse();
    const insert = archive.insert('messages', [documentOf('a')]);
    await expect.poll(async () => (await archive.health()).state).toBe('down');
    await proxy.forward();
    expect(await insert).toBe(1);
  });

  it('gives up a server that accepts and never answers', async () => {
    const archive = await open({ attempts: 2 });
    const accepted = proxy.accepted();
    proxy.stall();
    await expect(archive.get('messages', 'a')).rejects.toMatchObject({ name: 'Fault', code: 'unavailable' });
    expect(await archive.health()).toMatchObject({ state: 'down' });
    expect(proxy.accepted()).toBeGreaterThan(accepted);
    await proxy.forward();
    await vi.waitFor(async () => expect(await archive.get('messages', 'a')).toBeUndefined(), { timeout: 20_000 });
  });

  it('gives up a server that stops in the middle of a large write, without losing a connection to it', async () => {
    const archive = await open({ attempts: 2, poolMin: 0, poolMax: 1 });
    const content = { text: 'x'.repeat(8_000_000) };
    const documents = ['a', 'b', 'c', 'd'].map((id) => ({ ...documentOf(id), content }));
    proxy.stall();
    await expect(archive.insert('messages', documents)).rejects.toMatchObject({ code: 'unavailable' });
    await proxy.forward();
    await vi.waitFor(async () => expect(await archive.get('messages', 'z')).toBeUndefined(), { timeout: 20_000 });
    expect(archive.pool().inUse).toBe(0);
  });

  it('closes while operations wait for it', async () => {
    const archive = await open({ attempts: 1_000_000 });
    await proxy.refuse();
    const waiting = expect(archive.get('messages', 'a')).rejects.toMatchObject({ code: 'unavailable' });
    await expect.poll(async () => (await archive.health()).state).toBe('down');
    await archive.close();
    await waiting;
    await expect(archive.get('messages', 'a')).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('never says the password', async () => {
    await proxy.refuse();
    const uri = `mongodb://ada:hunter2@127.0.0.1:${proxy.port}/`;
    const archive = await open({ uri, attempts: 1 });
    const error = await archive.get('messages', 'a').catch((reason: unknown) => reason);
    const { message, cause } = error as Error;
    const said = [await archive.health(), message, `${cause}`, JSON.stringify(cause)];
    expect(JSON.stringify(said)).toContain('ECONNREFUSED');
    expect(JSON.stringify(said)).not.toContain('hunter2');
  });
});
