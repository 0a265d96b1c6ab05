import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { COMPILE_CACHE, MAIN } from './run-freeway.ts';

export interface RunningFreeway {
  /** Its exit code, once it has ended. */
  readonly ended: Promise<number | null>;
  /** As if the machine had lost its power: nothing is finished, nothing is said. */
  kill(): Promise<void>;
  /** As a process manager ends it; resolves to its exit code. */
  stop(): Promise<number | null>;
}

/** Starts one of the long-lived commands, with nothing of our environment but what it is given. */
export function startFreeway(
  args: readonly string[],
  options: { cwd: string; env: Record<string, string> },
): RunningFreeway {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: options.cwd,
    env: { PATH, NODE_COMPILE_CACHE: COMPILE_CACHE, ...options.env },
    stdio: 'ignore',
  });
  const gone = once(child, 'exit');
  return {
    ended: gone.then(() => child.exitCode),
    async kill() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await gone;
    },
    async stop() {
      child.kill('SIGTERM');
      await gone;
      return child.exitCode;
    },
  };
}
