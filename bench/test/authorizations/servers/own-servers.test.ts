// The real servers: started, killed one by one, and gone.
import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { Connection } from 'rabbitmq-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { descendantsOf } from '../../../src/authorizations/servers/find-listener.ts';
import { type OwnServers, startOwnServers } from '../../../src/authorizations/servers/own-servers.ts';
import { refusesConnections } from '../../../src/authorizations/servers/refuses-connections.ts';
import { readProcessStats } from '../../../src/process-usage.ts';

const others = ['TEST_REDIS_URL', 'TEST_RABBITMQ_URL', 'TEST_MONGODB_URI'].flatMap((name) => process.env[name] ?? []);

// Where the tests have these servers, they can be had.
describe.skipIf(others.length < 3)('services of its own', () => {
  let services: OwnServers;
  let started: readonly number[];
  const said: string[] = [];

  beforeAll(async () => {
    services = await startOwnServers({ signal: AbortSignal.timeout(100_000), say: (line) => said.push(line) });
    started = descendants();
  }, 120_000);
  afterAll(() => services?.stop());

  const urls = () => [services.redisUrl, services.rabbitmqUrl, services.mongodbUri].map((url) => new URL(url));

  async function expectThere(): Promise<void> {
    const redis = new Redis(services.redisUrl, { maxRetriesPerRequest: 1 });
    expect(await redis.set('key', 'value')).toBe('OK');
    redis.disconnect();
    const rabbitmq = new Connection(services.rabbitmqUrl);
    await rabbitmq.onConnect(20_000);
    await rabbitmq.close();
    expect(await refusesConnections(new URL(services.mongodbUri))).toBe(false);
  }

  test('are others than those that somebody has named', () => {
    const hosts = urls().map(({ host }) => host);
    expect(new Set(hosts).size).toBe(3);
    for (const url of others) expect(hosts).not.toContain(new URL(url).host);
    expect(said.some((line) => line.startsWith('services: Redis at '))).toBe(true);
  });

  test('are there', () => expectThere());

  test('leave PostgreSQL alone', () => {
    const names = started.map((pid) => /\((.*)\)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]);
    expect(names.filter((name) => name?.startsWith('postgres'))).toEqual([]);
  });

  test.each(['redis', 'rabbitmq', 'mongodb'] as const)('die, and come back where they were: %s', async (name) => {
    const nth = ['redis', 'rabbitmq', 'mongodb'].indexOf(name);
    await expect(services.restart(name)).rejects.toThrow('has not been killed');
    await services.kill(name);
    expect(await Promise.all(urls().map(refusesConnections))).toEqual([0, 1, 2].map((each) => each === nth));
    await expect(services.kill(name)).rejects.toThrow('it cannot be killed');
    await services.restart(name);
    await expectThere();
  });

  test('die for good when all are killed once more', async () => {
    started = descendants();
    for (const name of ['redis', 'rabbitmq', 'mongodb'] as const) await services.kill(name);
    expect(await Promise.all(urls().map(refusesConnections))).toEqual([true, true, true]);
    for (const other of others) expect(await refusesConnections(new URL(other))).toBe(false);
  });

  test('leave nothing behind, not even one that was started again', async () => {
    await services.restart('rabbitmq');
    started = [...started, ...descendants()];
    await services.stop();
    await expect.poll(() => started.filter(isAlive), { timeout: 10_000 }).toEqual([]);
  });

  test('end when they are given up while they start', async () => {
    const aborter = new AbortController();
    let begun: readonly number[] = [];
    const starting = startOwnServers({
      signal: aborter.signal,
      say() {
        if (begun.length === 0) begun = descendants();
        aborter.abort(new Error('enough'));
      },
    });
    await expect(starting).rejects.toThrow('enough');
    expect(begun.length).toBeGreaterThan(1);
    await expect.poll(() => begun.filter(isAlive), { timeout: 10_000 }).toEqual([]);
  });
});

test('do not start for somebody who has given up', async () => {
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(startOwnServers({ signal, say: () => undefined })).rejects.toThrow('enough');
});

function descendants(): readonly number[] {
  return descendantsOf(readProcessStats() ?? [], process.pid);
}

/** One that nobody has waited for yet is not. */
function isAlive(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
