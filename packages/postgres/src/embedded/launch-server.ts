import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Cluster, serverEnvironment } from './cluster.ts';
import { freePort } from './free-port.ts';
import { sendSignal } from './process-identity.ts';
import type { ServerAccount } from './server-account.ts';
import type { ServerBinaries } from './server-binaries.ts';

export type ServerPlan = {
  readonly cluster: Cluster;
  readonly binaries: ServerBinaries;
  readonly account: ServerAccount | undefined;
  readonly logFile: string;
  /** Any free one when undefined. */
  readonly port: number | undefined;
};

export type RunningServer = { readonly port: number; readonly pid: number; stop(): Promise<void> };

// Recovery after a crash replays the log before the first connection.
const START_TIMEOUT_MS = 60_000;
const POLL_MS = 15;
const MAX_LOG_BYTES = 10 * 1024 * 1024;
const ATTEMPTS = 3;

const MEGABYTE = 1024 * 1024;

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: `${sharedBuffersMb(totalmem())}MB`,
  fsync: 'on',
  // After a checkpoint every page that changes is logged whole. This build can compress them with pglz alone, which takes
  // three times the processor that the whole commit takes otherwise; fewer checkpoints are the cheaper way.
  wal_compression: 'off',
  checkpoint_timeout: '15min',
  // Files of the log are used anew after a checkpoint; a new one is filled with zeros first, while commits wait for it.
  min_wal_size: '1GB',
  max_wal_size: '4GB',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/** An eighth of the machine's memory, of which the server takes what it needs. */
function sharedBuffersMb(memoryBytes: number): number {
  return Math.min(4096, Math.max(128, Math.floor(memoryBytes / MEGABYTE / 8)));
}

/** Starts the server and waits until it accepts connections. */
export async function launchServer(plan: ServerPlan): Promise<RunningServer> {
  // Another attempt helps when a free port was taken meanwhile, and when the processes of a killed server still
  // hold its shared memory: they leave within milliseconds.
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptLaunch(plan, plan.port ?? (await freePort()));
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await sleep(300);
    }
  }
}

async function attemptLaunch(plan: ServerPlan, port: number): Promise<RunningServer> {
  const logStart = logSize(plan.logFile);
  const child = spawnServer(plan, port, logStart > MAX_LOG_BYTES ? 'w' : 'a');
  const failure = new Promise<Error>((resolve) => child.once('error', resolve));
  const pid = child.pid;
  if (pid === undefined) throw await failure;
  const isGone = () => child.exitCode !== null || child.signalCode !== null;
  const cutLifeline = tieToThisProcess(pid, plan.account);
  const stop = async () => {
    await endServer(pid, isGone);
    cutLifeline();
  };
  if (!(await becomesReady(pid, plan.cluster.folder, isGone))) {
    await stop();
    throw new Error(`PostgreSQL did not start on port ${port}:\n${logSince(plan.logFile, logStart)}`);
  }
  return { port, pid, stop };
}

function spawnServer(plan: ServerPlan, port: number, logFlag: 'a' | 'w'): ChildProcess {
  const settings = Object.entries({ ...SETTINGS, port: String(port) });
  const args = ['-D', plan.cluster.folder, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const log = openSync(plan.logFile, logFlag, 0o600);
  try {
    const child = spawn(join(plan.binaries.folder, 'postgres'), args, {
      ...plan.account,
      cwd: '/',
      // Its own process group: Ctrl-C must not reach it, a gateway that drains still needs its ledger.
      detached: true,
      env: serverEnvironment(),
      stdio: ['ignore', log, log],
    });
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

/** The server writes its state into line 8 of its pid file. */
async function becomesReady(pid: number, clusterFolder: string, isGone: () => boolean): Promise<boolean> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!isGone() && Date.now() < deadline) {
    const lines = readPidFile(clusterFolder);
    if (lines[0] === String(pid) && lines[7]?.startsWith('ready')) return true;
    await sleep(POLL_MS);
  }
  return false;
}

/** The lines of the server's pid file; none when there is no such file. */
export function readPidFile(clusterFolder: string): string[] {
  try {
    return readFileSync(join(clusterFolder, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return [];
  }
}

/**
 * A shell that waits for the end of a pipe only we hold, and then shuts the server down: so the server ends with us
 * even when we are killed. Returns what ends the shell without that.
 */
function tieToThisProcess(pid: number, account: ServerAccount | undefined): () => void {
  const shell = spawn('/bin/sh', ['-c', 'read -r _; kill -INT "$1"', 'sh', String(pid)], {
    ...account,
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.unref();
  return () => {
    shell.kill('SIGKILL');
    shell.stdin.destroy();
  };
}

/** Fast shutdown; harder ones when that takes too long. */
export async function endServer(pid: number, isGone: () => boolean): Promise<void> {
  const steps = [
    { signal: 'SIGINT', timeoutMs: 15_000 },
    { signal: 'SIGQUIT', timeoutMs: 5_000 },
    { signal: 'SIGKILL', timeoutMs: 5_000 },
  ] as const;
  for (const { signal, timeoutMs } of steps) {
    const deadline = Date.now() + timeoutMs;
    if (!isGone()) sendSignal(pid, signal);
    while (Date.now() < deadline) {
      if (isGone()) return;
      await sleep(POLL_MS);
    }
  }
}

function logSize(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function logSince(file: string, offsetBytes: number): string {
  const log = readFileSync(file);
  return log
    .subarray(offsetBytes < log.length ? offsetBytes : 0)
    .toString('utf8')
    .trim();
}
