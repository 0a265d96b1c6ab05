import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The `freeway` command, with settings and an embedded database of its own. */
export interface Freeway {
  /** Runs a command to its end. Rejects with what it said unless it exits with 0. */
  run(args: readonly string[], signal: AbortSignal): Promise<string>;
  /** Starts a long-lived process, which logs into the folder; it is called what its arguments are, unless it has a name. */
  start(args: readonly string[], settings: Readonly<Record<string, string>>, name?: string): FreewayProcess;
  /** Ends whatever still runs. */
  stopAll(): Promise<void>;
}

export interface FreewayProcess {
  readonly name: string;
  readonly pid: number;
  isRunning(): boolean;
  /** All that it has said. */
  log(): string;
  /** The last lines of its log. */
  logTail(): string;
  /** Tells it to stop and resolves to its exit code; null when it had to be killed, by default after half a minute. */
  stop(withinMs?: number): Promise<number | null>;
  /** Ends it as a crash would, and waits until it is gone. */
  kill(): Promise<void>;
}

const MAIN = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));
const STOP_TIMEOUT_MS = 30_000;
const LOG_TAIL_LINES = 20;

/** `folder` holds the database and the logs; `common` are settings of every process. */
export function createFreeway(folder: string, common: Readonly<Record<string, string>> = {}): Freeway {
  const running = new Set<ChildProcess>();

  function launch(args: readonly string[], settings: Readonly<Record<string, string>>, log: number | 'pipe') {
    // Node's own flags are those that we were started with: an operator's, by the same script.
    const child = spawn(process.execPath, [...process.execArgv, MAIN, ...args], {
      cwd: folder,
      // Its own group: Ctrl-C comes to us, and we end it once.
      detached: true,
      env: { ...environment(), DATA_FOLDER: join(folder, 'data'), ...common, ...settings },
      // The channel is what scripts/lifeline.mjs, among those flags, watches: when we are killed, it ends too.
      stdio: ['ignore', log, log, 'ipc'],
    });
    running.add(child);
    child.once('exit', () => running.delete(child));
    return child;
  }

  return {
    async run(args, signal) {
      signal.throwIfAborted();
      const child = launch(args, {}, 'pipe');
      let said = '';
      child.stdout?.setEncoding('utf8').on('data', (text: string) => (said += text));
      child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
      const [code] = (await once(child, 'close', { signal })) as [number | null];
      if (code !== 0) throw new Error(`freeway ${args.join(' ')} exited with ${code}:\n${said.trim()}`);
      return said;
    },
    start(args, settings, name = args.join(' ')) {
      const logFile = join(folder, `${name.replaceAll(' ', '-')}.log`);
      // Ours alone: one of the processes says there how the database is opened.
      const log = openSync(logFile, 'a', 0o600);
      const child = launch(args, settings, log);
      closeSync(log);
      if (child.pid === undefined) throw new Error(`freeway ${name} does not start`);
      const said = (): string => readFileSync(logFile, 'utf8');
      return {
        name,
        pid: child.pid,
        isRunning: () => running.has(child),
        log: said,
        logTail: () => said().trimEnd().split('\n').slice(-LOG_TAIL_LINES).join('\n'),
        stop: (withinMs) => stop(child, withinMs),
        kill: () => kill(child),
      };
    },
    stopAll: async () => void (await Promise.all([...running].map((child) => stop(child)))),
  };
}

/** Nothing that could hold a setting of Freeway: the bench never touches a database that somebody configured. */
function environment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, NODE_COMPILE_CACHE, MALLOC_ARENA_MAX } = process.env;
  return { PATH, HOME, TMPDIR, NODE_COMPILE_CACHE, MALLOC_ARENA_MAX };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

async function stop(child: ChildProcess, withinMs = STOP_TIMEOUT_MS): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), withinMs);
  await exited;
  clearTimeout(killer);
  return child.exitCode;
}
