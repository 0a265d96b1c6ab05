import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '@freeway/postgres/free-port';
import type { Ground } from '../ground/open-ground.ts';
import type { Child } from '../ground/spawn-child.ts';
import { programOf } from '../programs.ts';
import { askRedis } from './ask-redis.ts';

export const REDIS = { places: ['redis-server', '/usr/bin/redis-server'], debianPackage: 'redis-server' };

export interface RedisServer {
  readonly port: number;
  readonly child: Child;
}

export interface SentinelGroup {
  readonly master: RedisServer;
  readonly replica: RedisServer;
  /** Names every sentinel: for Freeway. */
  readonly url: string;
  /** The port of who is master, as the sentinels say. */
  masterPort(): Promise<number | undefined>;
}

const GROUP = 'freeway';
const SENTINELS = 3;
/** How long a master must be silent before it is taken for dead. */
export const DOWN_AFTER_MS = 1000;

export async function openSentinels(ground: Ground): Promise<SentinelGroup> {
  const [masterPort = 0, replicaPort = 0, ...sentinels] = await freePorts(2 + SENTINELS);
  const master = await startRedis(ground, 'redis-master', masterPort);
  const replica = await startRedis(ground, 'redis-replica', replicaPort, [
    '--replicaof',
    '127.0.0.1',
    String(masterPort),
  ]);
  for (const [n, port] of sentinels.entries()) await startSentinel(ground, `sentinel-${n + 1}`, port, masterPort);
  const ask = async (command: string): Promise<string | undefined> => {
    for (const port of sentinels) {
      const reply = await askRedis(port, command);
      if (reply !== undefined) return reply;
    }
    return undefined;
  };
  await ground.until('the sentinels know the replica and each other', 60_000, async () => {
    const reply = (await ask(`sentinel master ${GROUP}`)) ?? '';
    return fieldOf(reply, 'num-slaves') === '1' && fieldOf(reply, 'num-other-sentinels') === String(SENTINELS - 1);
  });
  return {
    master,
    replica,
    url: `redis+sentinel://${sentinels.map((port) => `127.0.0.1:${port}`).join(',')}/${GROUP}`,
    async masterPort() {
      const reply = await ask(`sentinel get-master-addr-by-name ${GROUP}`);
      const port = Number(reply?.split('\r\n').at(-2));
      return Number.isNaN(port) ? undefined : port;
    },
  };
}

/** The value that follows a name in a flat list of bulk strings. */
function fieldOf(reply: string, name: string): string | undefined {
  const lines = reply.split('\r\n').filter((line) => !/^[$*]/.test(line));
  return lines[lines.indexOf(name) + 1];
}

async function startRedis(
  ground: Ground,
  name: string,
  port: number,
  more: readonly string[] = [],
): Promise<RedisServer> {
  const folder = ground.makeFolder(name);
  const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
  const args = [...place, '--save', '', '--appendonly', 'no', '--repl-diskless-sync-delay', '0', ...more];
  const child = await ground.start({ name, command: programOf(REDIS), args, unprivileged: true });
  await ground.until(
    `${name} answers`,
    30_000,
    async () => (await askRedis(port, 'ping'))?.startsWith('+PONG') === true,
  );
  return { port, child };
}

async function startSentinel(ground: Ground, name: string, port: number, masterPort: number): Promise<void> {
  // Sentinels write what they learn into their file.
  const file = join(ground.makeFolder(name), 'sentinel.conf');
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `sentinel monitor ${GROUP} 127.0.0.1 ${masterPort} 2`,
    `sentinel down-after-milliseconds ${GROUP} ${DOWN_AFTER_MS}`,
    `sentinel failover-timeout ${GROUP} 5000`,
    '',
  ];
  writeFileSync(file, lines.join('\n'));
  await ground.start({ name, command: programOf(REDIS), args: [file, '--sentinel'] });
  await ground.until(
    `${name} answers`,
    30_000,
    async () => (await askRedis(port, 'ping'))?.startsWith('+PONG') === true,
  );
}
