import { spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface ChildPlan {
  /** Of its log, `<name>.log`, too. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** As the user postgres when we are root. */
  readonly unprivileged?: boolean;
}

export interface Child {
  readonly name: string;
  readonly pid: number;
  isRunning(): boolean;
  /** The exit code; null when a signal ended it. */
  readonly exited: Promise<number | null>;
  /** Signals it, and what it started in its process group; resolves when it is gone. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** What it wrote to stdout, so far. */
  output(): string;
  logTail(): string;
}

const LOG_TAIL_LINES = 25;

/** Starts a program that ends when we do, however that happens: the kernel kills it. */
export async function spawnChild(
  plan: ChildPlan,
  { folder, account }: { readonly folder: string; readonly account: { uid: number; gid: number } | undefined },
): Promise<Child> {
  const logFile = join(folder, `${plan.name}.log`);
  const outputFile = join(folder, `${plan.name}.out`);
  const log = openSync(logFile, 'a', 0o600);
  const out = openSync(outputFile, 'a', 0o600);
  // A program that runs again writes behind what it wrote before.
  const { size } = fstatSync(out);
  const who = account === undefined ? [] : [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups'];
  const child = spawn('setpriv', [...who, '--pdeathsig', 'KILL', '--', plan.command, ...plan.args], {
    cwd: '/',
    // Its own group: Ctrl-C comes to us, and we end it once.
    detached: true,
    env: { ...inherited(), ...plan.env },
    stdio: ['ignore', out, log],
  });
  closeSync(log);
  closeSync(out);
  const exited = new Promise<number | null>((resolve) => void child.once('exit', resolve));
  const failure = new Promise<Error>((resolve) => child.once('error', resolve));
  const { pid } = child;
  if (pid === undefined) throw await failure;
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  return {
    name: plan.name,
    pid,
    isRunning,
    exited,
    async kill(signal) {
      if (!isRunning()) return;
      try {
        process.kill(-pid, signal);
      } catch {
        child.kill(signal);
      }
      await exited;
    },
    output: () => readFileSync(outputFile).subarray(size).toString('utf8'),
    logTail: () =>
      [outputFile, logFile]
        .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
        .filter((line) => line !== '')
        .slice(-LOG_TAIL_LINES)
        .join('\n'),
  };
}

/** Nothing that could be a setting of Freeway: a drill never touches a database that somebody configured. */
function inherited(): NodeJS.ProcessEnv {
  const { PATH, TMPDIR, NODE_COMPILE_CACHE } = process.env;
  return { PATH, TMPDIR, NODE_COMPILE_CACHE, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' };
}
