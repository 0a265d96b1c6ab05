import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Child, type ChildPlan, spawnChild } from './spawn-child.ts';
import { endPostmasters, startCleaner } from './postmasters.ts';

/** Where a drill plays: a temporary folder, and every process that it started. */
export interface Ground {
  readonly folder: string;
  /** Says what happens now. */
  say(line: string): void;
  readonly signal: AbortSignal;
  /** How `freeway` is called. */
  readonly freeway: readonly string[];
  /** A folder that servers may write, which do not run as root. */
  makeFolder(name: string): string;
  start(plan: ChildPlan): Promise<Child>;
  /** Runs a program to its end; rejects with what it said unless it exits with 0. */
  run(plan: ChildPlan): Promise<string>;
  /** Asks until it says yes; rejects when it does not in time, or when the drill is called off. */
  until(what: string, timeoutMs: number, ask: () => Promise<boolean> | boolean): Promise<void>;
  /** Before the folder goes and after every process has ended, last one first. */
  onClose(close: () => Promise<void>): void;
}

export interface OpenGround extends Ground {
  close(): Promise<void>;
}

export interface GroundOptions {
  readonly freeway: readonly string[];
  readonly keep: boolean;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

const POLL_MS = 100;

export function openGround({ freeway, keep, signal, say }: GroundOptions): OpenGround {
  const folder = mkdtempSync(join(tmpdir(), 'freeway-drill-'));
  // A server that runs as another user than root passes through.
  chmodSync(folder, 0o711);
  const servers = serverAccount();
  const children = new Set<Child>();
  const closes: (() => Promise<void>)[] = [];
  const stopCleaner = startCleaner(folder, keep);

  async function start(plan: ChildPlan): Promise<Child> {
    signal.throwIfAborted();
    const child = await spawnChild(plan, { folder, account: plan.unprivileged === true ? servers : undefined });
    children.add(child);
    return child;
  }

  return {
    folder,
    say,
    signal,
    freeway,
    makeFolder(name) {
      const path = join(folder, name);
      mkdirSync(path, { mode: 0o700, recursive: true });
      if (servers !== undefined) chownSync(path, servers.uid, servers.gid);
      return path;
    },
    start,
    async run(plan) {
      const child = await start(plan);
      const code = await child.exited;
      if (code !== 0) throw new Error(`${plan.name} ended with ${code}:\n${child.logTail()}`);
      return child.output();
    },
    async until(what, timeoutMs, ask) {
      const givesUpAtMs = performance.now() + timeoutMs;
      while (!(await ask())) {
        signal.throwIfAborted();
        if (performance.now() > givesUpAtMs) throw new Error(`${what}: not within ${timeoutMs / 1000} s`);
        await sleep(POLL_MS);
      }
    },
    onClose: (close) => void closes.push(close),
    async close() {
      for (const close of closes.toReversed()) await close().catch(() => undefined);
      await Promise.all([...children].map((child) => child.kill('SIGKILL')));
      await endPostmasters(folder);
      stopCleaner();
      if (!keep) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** PostgreSQL refuses to be root. Undefined when we are not. */
function serverAccount(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  try {
    return { uid: idOf('-u'), gid: idOf('-g') };
  } catch {
    throw new Error('there is no user postgres, as which PostgreSQL could run: do not be root, or install postgresql');
  }
}

const idOf = (flag: string): number =>
  Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: 'pipe' }));
