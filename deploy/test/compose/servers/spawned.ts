import { type ChildProcess, spawn, spawnSync, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Spawned {
  readonly log: () => string;
  /** Sends the signal and resolves to the exit code, null when a signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

const TRY_EVERY_MS = 100;

/** Starts a server and resolves when `isReady`; throws with the end of its log when it ends before. */
export async function spawnUntil(
  isReady: () => Promise<boolean>,
  [command, ...args]: readonly [string, ...string[]],
  options: SpawnOptions,
): Promise<Spawned> {
  const child: ChildProcess = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part: Buffer) => (log += part.toString()));
  endWithUs(child);
  while (!(await isReady().catch(() => false))) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`${command} ended before it was ready:\n${log.slice(-3000)}`);
    }
    await sleep(TRY_EVERY_MS);
  }
  return {
    log: () => log,
    async end(signal) {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      const [code] = await ended;
      return code;
    },
  };
}

const children = new Set<ChildProcess>();

/** Nothing outlives the tests, however they end. */
export function endWithUs(child: ChildProcess): void {
  if (children.size === 0) process.once('exit', () => children.forEach((each) => each.kill('SIGKILL')));
  children.add(child);
}

export const isOnPath = (command: string): boolean =>
  spawnSync('/bin/sh', ['-c', 'command -v "$1"', 'sh', command]).status === 0;
