// Redis behind Sentinel: who is master is asked before every connection.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RedisAdapter } from '../src/index.ts';
import { sentinelOptions } from '../src/sentinels.ts';
import { freePort } from './free-port.ts';
import { isUp, openRedis, REDIS_URL } from './open-redis.ts';

describe('a URL of sentinels', () => {
  it('names the sentinels, the group, and what Redis and they ask for', () => {
    const url = 'redis+sentinel://me:p%40ss@a,b:1,[::1]:2/my%2Dmaster/3?sentinel_username=s&sentinel_password=hush%26';
    expect(sentinelOptions(url)).toEqual({
      sentinels: [
        { host: 'a', port: 26_379 },
        { host: 'b', port: 1 },
        { host: '::1', port: 2 },
      ],
      name: 'my-master',
      role: 'master',
      db: 3,
      username: 'me',
      password: 'p@ss',
      sentinelUsername: 's',
      sentinelPassword: 'hush&',
    });
  });

  it('encrypts both ways with rediss, and asks for nothing that is not said', () => {
    expect(sentinelOptions('rediss+sentinel://a/group')).toEqual({
      sentinels: [{ host: 'a', port: 26_379 }],
      name: 'group',
      role: 'master',
      db: 0,
      tls: {},
      sentinelTLS: {},
      enableTLSForSentinelMode: true,
    });
  });

  it('is not that of a server', () => {
    expect(sentinelOptions('redis://a:1/0')).toBeUndefined();
  });
});

// Servers of its own: a failover of the one that all tests share would be noticed.
describe.skipIf(REDIS_URL === undefined)('Redis behind Sentinel', () => {
  const folder = mkdtempSync(join(tmpdir(), 'freeway-sentinel-'));
  const children: ChildProcess[] = [];
  const clients: Redis[] = [];
  let master = 0;
  let replica = 0;
  let sentinel = 0;

  const start = (args: readonly string[]): ChildProcess => {
    const child = spawn('redis-server', args, { stdio: 'ignore' });
    children.push(child);
    return child;
  };
  const server = (port: number, ...more: string[]) =>
    start([
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--dir',
      folder,
      '--save',
      '',
      '--appendonly',
      'no',
      ...more,
    ]);
  const client = (port: number): Redis => {
    const one = new Redis(port, '127.0.0.1', { retryStrategy: () => 50 });
    one.on('error', () => {});
    clients.push(one);
    return one;
  };

  beforeAll(async () => {
    [master, replica, sentinel] = await Promise.all([freePort(), freePort(), freePort()]);
    const file = join(folder, 'sentinel.conf');
    writeFileSync(
      file,
      [
        `port ${sentinel}`,
        'bind 127.0.0.1',
        `dir ${folder}`,
        `sentinel monitor group 127.0.0.1 ${master} 1`,
        'sentinel down-after-milliseconds group 500',
        'sentinel failover-timeout group 2000',
        '',
      ].join('\n'),
    );
    server(master);
    server(replica, '--replicaof', '127.0.0.1', String(master), '--repl-diskless-sync-delay', '0');
    start([file, '--sentinel']);
    const asked = client(sentinel);
    // A sentinel that does not know the replica yet has nobody to promote.
    await vi.waitFor(async () => expect(await asked.call('SENTINEL', 'REPLICAS', 'group')).toHaveLength(1), {
      timeout: 20_000,
      interval: 200,
    });
    await vi.waitFor(async () => expect(await client(replica).info('replication')).toContain('master_link_status:up'), {
      timeout: 20_000,
      interval: 200,
    });
  }, 60_000);
  afterAll(async () => {
    for (const one of clients) one.disconnect();
    for (const child of children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
    rmSync(folder, { recursive: true, force: true });
  });

  it('is asked for the master, past a sentinel that is away, and again when the master has died', async () => {
    const away = await freePort();
    const url = `redis+sentinel://127.0.0.1:${away},127.0.0.1:${sentinel}/group`;
    const redis: RedisAdapter = await openRedis({ url });
    try {
      await redis.facts.set('card', 'known', 'x');
      expect(await redis.facts.get('card', 'known')).toBe('x');
      expect(await client(master).dbsize()).toBe(1);
      children[0]?.kill('SIGKILL');
      await vi.waitFor(async () => expect((await redis.health()).state).not.toBe('up'), { timeout: 20_000 });
      await vi.waitFor(async () => expect(await client(replica).role()).toContain('master'), {
        timeout: 30_000,
        interval: 300,
      });
      await isUp(redis);
      await redis.facts.set('card', 'after', 'y');
      expect(await redis.facts.get('card', 'after')).toBe('y');
      expect(await client(replica).dbsize()).toBe(2);
    } finally {
      await redis.close();
    }
  }, 60_000);
});
