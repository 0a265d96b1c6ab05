import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** A program that runs beside a test. */
export interface Child {
  readonly name: string;
  /** The end of what it has said. */
  said(): string;
  isRunning(): boolean;
  /** Until it has ended by itself; rejects with what it said unless it exits with 0. */
  ended(): Promise<void>;
  stop(): Promise<void>;
}

// A test that is ended at once must leave nothing behind.
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

const SAID_MAX = 20_000;
const STOPS_WITHIN_MS = 15_000;

export function startChild(
  name: string,
  command: string,
  args: readonly string[],
  options: { readonly env: NodeJS.ProcessEnv; readonly cwd: string },
): Child {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  child.once('exit', () => running.delete(child));
  let said = '';
  const keep = (part: Buffer) => (said = (said + part.toString()).slice(-SAID_MAX));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  child.once('error', (error) => keep(Buffer.from(error.message)));
  const isRunning = () => child.exitCode === null && child.signalCode === null && child.pid !== undefined;
  return {
    name,
    said: () => said,
    isRunning,
    async ended() {
      if (isRunning()) await once(child, 'exit');
      if (child.exitCode !== 0) throw new Error(`${name} exited with ${child.exitCode}:\n${said}`);
    },
    async stop() {
      if (isRunning()) await end(child);
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), STOPS_WITHIN_MS);
  await exited;
  clearTimeout(killer);
}

const ANSWERS_WITHIN_MS = 60_000;

/** Until the url is answered 200; rejects with what the program said when it ends before, or says nothing for long. */
export async function untilAnswered(child: Child, url: string): Promise<void> {
  const givesUpAtMs = performance.now() + ANSWERS_WITHIN_MS;
  while (child.isRunning() && performance.now() < givesUpAtMs) {
    const isThere = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (isThere) return;
    await sleep(50);
  }
  throw new Error(`${child.name} does not answer at ${url}; it said\n${child.said()}`);
}
