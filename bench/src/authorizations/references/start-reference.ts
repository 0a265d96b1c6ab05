import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Credentials } from '../../poster.ts';
import type { Listening } from './serve-parent.ts';

/** A server that is measured beside the gateway, as a process of its own. */
export interface Reference {
  readonly name: string;
  readonly pid: number;
  /** Takes `POST /v1/jit`. */
  readonly url: URL;
  isRunning(): boolean;
  /** The last of what it said. */
  logTail(): string;
  /** Resolves to its exit code; null when it had to be killed. */
  stop(): Promise<number | null>;
}

export interface ReferenceOptions {
  readonly name: ReferenceName;
  readonly credentials: Credentials;
  /** Environment variables; what else it sees is only what any program needs. */
  readonly settings?: Readonly<Record<string, string>>;
  /** As the gateway's by default, so that both have the same memory to work in. */
  readonly nodeFlags?: readonly string[];
  readonly signal: AbortSignal;
}

const FILES = {
  'null server': './run-null-server.ts',
  textbook: './textbook/run-textbook.ts',
} as const;

export type ReferenceName = keyof typeof FILES;

const STOP_TIMEOUT_MS = 10_000;
const SAID_MAX = 10_000;

/** Resolves once it listens. Rejects with what it said when it ends before. */
export async function startReference(options: ReferenceOptions): Promise<Reference> {
  const { name, signal } = options;
  signal.throwIfAborted();
  const child = launch(options);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-SAID_MAX)));
  const exited = once(child, 'exit');
  try {
    const [message] = (await Promise.race([once(child, 'message', { signal }), exited.then(() => [])])) as [Listening?];
    if (message === undefined || child.pid === undefined) throw new Error(`${name} does not start:\n${said.trim()}`);
    return {
      name,
      pid: child.pid,
      url: new URL('/v1/jit', message.listeningAt),
      isRunning: () => child.exitCode === null && child.signalCode === null,
      logTail: () => said.trim(),
      stop: () => stop(child),
    };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

function launch({ name, credentials, settings, nodeFlags = process.execArgv }: ReferenceOptions): ChildProcess {
  const { PATH, HOME, TMPDIR, NODE_COMPILE_CACHE, MALLOC_ARENA_MAX } = process.env;
  const common = { PATH, HOME, TMPDIR, NODE_COMPILE_CACHE, MALLOC_ARENA_MAX };
  return spawn(process.execPath, [...nodeFlags, fileURLToPath(new URL(FILES[name], import.meta.url))], {
    // Its own group: Ctrl-C comes to us, and we end it once.
    detached: true,
    env: {
      ...common,
      JIT_BASIC_AUTH_USERNAME: credentials.username,
      JIT_BASIC_AUTH_PASSWORD: credentials.password,
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

async function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(killer);
  return child.exitCode;
}
