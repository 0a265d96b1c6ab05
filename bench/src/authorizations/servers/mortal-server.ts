import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { findListener } from './find-listener.ts';
import { type Launch, launchOf } from './launch-of.ts';
import { refusesConnections } from './refuses-connections.ts';
import type { ServiceName } from './server-orders.ts';

/** A server that may be killed and started again, always at the same place and with what it had on its disk. */
export interface MortalServer {
  /** Ends it as a crash would; resolves when nothing listens there any more. */
  kill(): Promise<void>;
  /** Resolves when it listens again. */
  restart(): Promise<void>;
  /** Ends what was restarted; the first is for others to end. */
  end(): void;
}

const DEAD_WITHIN_MS = 10_000;
const BACK_WITHIN_MS = 60_000;
const POLL_MS = 20;

/** `starter` is the process that has started it: no other process is ever looked at. */
export function createMortalServer(name: ServiceName, url: URL, starter: number): MortalServer {
  const port = Number(url.port);
  let launch: Launch | undefined;
  let restarted: ChildProcess | undefined;

  return {
    async kill() {
      const pid = findListener(starter, port);
      if (pid === undefined) throw new Error(`${name} is not among the processes below us: it cannot be killed`);
      launch ??= launchOf(name, pid, port, starter);
      process.kill(pid, 'SIGKILL');
      await until(() => refusesConnections(url), DEAD_WITHIN_MS, `something still listens at ${url.host}`);
    },
    async restart() {
      if (launch === undefined || !(await refusesConnections(url))) throw new Error(`${name} has not been killed`);
      const { command, args, env, cwd } = launch;
      const child = spawn(command, args, { cwd, env, detached: true, stdio: 'ignore' });
      child.once('error', () => undefined);
      restarted = child;
      const isBack = async (): Promise<boolean> => {
        if (child.exitCode !== null || child.pid === undefined) throw new Error(`${name} does not start again`);
        return !(await refusesConnections(url));
      };
      await until(isBack, BACK_WITHIN_MS, `${name} has not come back at ${url.host}`);
    },
    end() {
      if (restarted?.pid === undefined) return;
      try {
        // Its group: what a script has started, too.
        process.kill(-restarted.pid, 'SIGKILL');
      } catch {
        // Nobody is left of it.
      }
    },
  };
}

async function until(isSo: () => Promise<boolean>, withinMs: number, fault: string): Promise<void> {
  const givesUpAtMs = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > givesUpAtMs) throw new Error(fault);
    await delay(POLL_MS);
  }
}
