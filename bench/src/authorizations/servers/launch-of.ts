import { readFileSync, readlinkSync } from 'node:fs';
import { parseStat } from '../../process-usage.ts';
import type { ServiceName } from './server-orders.ts';

/** How a server was started, and how it is started again. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}

/** Of the server whose process `pid` listens at `port`, and which `starter` has started, by a script perhaps. */
export function launchOf(name: ServiceName, pid: number, port: number, starter: number): Launch {
  // Redis writes its title over both: its command and where it listens. As scripts/services/redis.ts has it.
  if (name === 'redis') {
    const [command = ''] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split(' ');
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    return { command, args, env: process.env, cwd: readlinkSync(`/proc/${pid}/cwd`) };
  }
  const started = startedBy(starter, pid);
  const [command = '', ...args] = listIn(`/proc/${started}/cmdline`);
  const variables = listIn(`/proc/${started}/environ`).map((text): [string, string] => {
    const end = text.indexOf('=');
    return [text.slice(0, end), text.slice(end + 1)];
  });
  return { command, args, env: Object.fromEntries(variables), cwd: readlinkSync(`/proc/${started}/cwd`) };
}

/** The process itself, or that above it which the starter has started. */
function startedBy(starter: number, pid: number): number {
  const { parent } = parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return parent === starter || parent <= 1 ? pid : startedBy(starter, parent);
}

/** proc(5): each ends with a zero byte. */
function listIn(file: string): readonly string[] {
  return readFileSync(file, 'utf8').split('\0').slice(0, -1);
}
