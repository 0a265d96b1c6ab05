import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { PATIENTLY } from './patiently.ts';
import type { LogLine } from './processes-in-one.ts';

const { resolve } = createRequire(import.meta.url);
const WORKERS = dirname(resolve('@freeway/workers'));

/** What an operator, or a container, starts. */
export const MAINS = {
  gateway: join(dirname(resolve('@freeway/gateway')), 'main.ts'),
  relay: join(WORKERS, 'relay/main.ts'),
  worker: join(WORKERS, 'jit-funding/main.ts'),
  sweeper: join(WORKERS, 'sweeper/main.ts'),
} as const;

export interface Child {
  readonly process: ChildProcess;
  readonly exited: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  log(): readonly LogLine[];
  stderr(): string;
  /** Until the process has logged this sentence; its line. */
  logged(message: string): Promise<LogLine>;
}

/** The repository's own: a process starts in half the time. */
const COMPILE_CACHE = join(WORKERS, '../../../.freeway/compile-cache');

/** Starts one of the processes with this environment and nothing else of ours but PATH. */
export function startChild(name: keyof typeof MAINS, env: Readonly<Record<string, string>>): Child {
  const child = spawn(process.execPath, [MAINS[name]], {
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: COMPILE_CACHE, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (part: Buffer) => (stdout += part.toString()));
  child.stderr.on('data', (part: Buffer) => (stderr += part.toString()));
  const log = () => {
    const whole = stdout.slice(0, stdout.lastIndexOf('\n') + 1);
    return whole
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as LogLine);
  };
  return {
    process: child,
    exited: once(child, 'close').then(([code, signal]) => ({ code, signal })),
    log,
    stderr: () => stderr,
    async logged(message) {
      const line = () => log().find(({ msg }) => msg === message);
      const seen = () => (child.exitCode === null ? line()?.msg : `exited: ${stdout}${stderr}`);
      await expect.poll(seen, PATIENTLY).toBe(message);
      return line() as LogLine;
    },
  };
}
