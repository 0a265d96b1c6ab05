import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../packages/postgres/src/embedded/free-port.ts';
import { redisExecutable } from './executables.ts';
import type { ServerRun } from './server-run.ts';
import { spawnServer } from './spawn-server.ts';

/** A Redis of our own, without persistence. */
export async function startRedis(run: ServerRun): Promise<string> {
  const command = redisExecutable();
  if (command === undefined) throw new Error('redis-server is not installed');
  const port = await freePort();
  const folder = join(run.folder, 'redis');
  mkdirSync(folder);
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
  const probe = { send: Buffer.from('PING\r\n'), answer: (bytes: Buffer) => bytes.toString().startsWith('+PONG') };
  await spawnServer(run, { name: 'redis', command, args, port, probe, timeoutMs: 15_000 });
  return `redis://127.0.0.1:${port}`;
}
