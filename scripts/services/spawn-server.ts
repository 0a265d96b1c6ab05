import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerRun } from './server-run.ts';

export type ServerPlan = {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly port: number;
  /** Sent once connected; the service is ready when it answers with what `answer` matches. Absent: connecting is enough. */
  readonly probe?: { readonly send: Uint8Array; readonly answer: (bytes: Buffer) => boolean };
  readonly timeoutMs: number;
};

/** Starts a throw-away server in its own process group and waits until it answers on its port. */
export async function spawnServer(run: ServerRun, plan: ServerPlan): Promise<void> {
  const logFile = join(run.folder, `${plan.name}.log`);
  const log = openSync(logFile, 'a');
  const child = spawn(plan.command, plan.args, {
    cwd: run.folder,
    detached: true,
    env: plan.env ?? process.env,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const failure = new Promise<Error>((resolve) => child.once('error', resolve));
  if (child.pid === undefined) throw await failure;
  // Its data is thrown away: nothing is won by a gentle end.
  run.add(plan.name, child.pid, 'SIGKILL');
  child.unref();
  const isGone = () => child.exitCode !== null || child.signalCode !== null;
  const deadline = Date.now() + plan.timeoutMs;
  while (!(await answers(plan))) {
    if (isGone() || Date.now() > deadline) {
      const end = readFileSync(logFile, 'utf8').trim().split('\n').slice(-15).join('\n');
      throw new Error(`${plan.name} ${isGone() ? 'ended' : 'did not answer'} while starting:\n${end}`);
    }
    await sleep(50);
  }
}

const PROBE_TIMEOUT_MS = 2_000;

function answers({ port, probe }: ServerPlan): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const finish = (ready: boolean) => {
      socket.destroy();
      resolve(ready);
    };
    socket.setTimeout(PROBE_TIMEOUT_MS, () => finish(false));
    socket.once('error', () => finish(false));
    socket.once('close', () => finish(false));
    socket.once('connect', () => (probe ? socket.write(probe.send) : finish(true)));
    socket.once('data', (bytes) => finish(probe?.answer(bytes) ?? true));
  });
}
