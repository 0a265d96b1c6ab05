import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'vitest';
import { COMPILE_CACHE, MAIN } from './run-freeway.ts';

export interface RunningProcess {
  readonly name: string;
  /** All it has said so far. */
  said(): string;
  /** Until it says this. */
  says(words: string): Promise<void>;
  /** Asks it to stop, as a supervisor would; its exit code. */
  stop(): Promise<number | null>;
}

/** Starts a long-lived command with nothing of our environment but what it is given, and keeps what it says. */
export function startProcess(args: readonly string[], cwd: string, env: Record<string, string>): RunningProcess {
  const { PATH = '' } = process.env;
  const child: ChildProcess = spawn(process.execPath, [MAIN, ...args], {
    cwd,
    env: { PATH, NODE_COMPILE_CACHE: COMPILE_CACHE, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (part: string) => (text += part));
  const gone = once(child, 'exit');
  return {
    name: args.join(' '),
    said: () => text,
    async says(words) {
      await expect
        .poll(() => child.exitCode !== null || text.includes(words), {
          message: `${args.join(' ')} says ${words}`,
          timeout: 120_000,
          interval: 50,
        })
        .toBe(true);
      expect(child.exitCode, text).toBeNull();
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await gone;
      return child.exitCode;
    },
  };
}
