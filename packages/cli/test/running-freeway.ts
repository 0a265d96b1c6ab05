import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { COMPILE_CACHE, MAIN } from './run-freeway.ts';

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface RunningFreeway {
  /** Its exit code, once it has ended. */
  readonly ended: Promise<number | null>;
  /** As if the machine had lost its power: nothing is finished, nothing is said. */
  kill(): Promise<void>;
  /** Tells it to stop. Its exit code, once it has; null if something else ended it. */
  terminate(): Promise<number | null>;
  isRunning(): boolean;
  /** What it has logged so far. */
  log(): readonly LogLine[];
  stderr(): string;
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
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const gone = once(child, 'close');
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  return {
    ended: gone.then(() => child.exitCode),
    isRunning,
    async kill() {
      if (isRunning()) child.kill('SIGKILL');
      await gone;
    },
    async terminate() {
      child.kill('SIGTERM');
      const [code] = (await gone) as [number | null];
      return code;
    },
    log() {
      const whole = stdout.slice(0, stdout.lastIndexOf('\n') + 1);
      return whole
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as LogLine);
    },
    stderr: () => stderr,
  };
}
