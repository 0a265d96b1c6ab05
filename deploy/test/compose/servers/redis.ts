import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { freePort } from '@freeway/postgres/free-port';
import { ROOT } from '../image/build-context.ts';
import { type Spawned, spawnUntil } from './spawned.ts';

export interface RunningRedis {
  readonly port: number;
  readonly server: Spawned;
  cli(...words: string[]): string;
}

/** Redis with our configuration; where it differs from its container's, the command line says so. */
export async function startRedis(folder: string, secrets: string): Promise<RunningRedis> {
  const port = await freePort();
  const cli = (...words: string[]) =>
    execFileSync('redis-cli', ['-h', '127.0.0.1', '-p', String(port), ...words], {
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  const differs = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
  const server = await spawnUntil(
    async () => cli('ping') === 'PONG',
    ['redis-server', join(ROOT, 'deploy/redis/redis.conf'), ...differs, '--aclfile', join(secrets, 'redis_users.acl')],
    {},
  );
  return { port, server, cli };
}
