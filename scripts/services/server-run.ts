import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { sendSignal, startTimeOf } from '../../packages/postgres/src/embedded/process-identity.ts';

/** What must be gone when the run is over. Kept in a file, so that others can finish what a crash left. */
export type RunRecord = {
  /** Of the process that started the services. */
  readonly runner: ProcessRef;
  /** Data and logs of the services; removed at the end. */
  readonly folder: string;
  readonly processes: readonly (ProcessRef & { readonly name: string; readonly signal: NodeJS.Signals })[];
};

type ProcessRef = { readonly pid: number; readonly startTime: string };

/** One run of private services: a temporary folder, and the processes that end with it. */
export type ServerRun = {
  readonly folder: string;
  /** Notes a process (with its group, if it leads one) and the signal that ends it soonest without leaving traces. */
  add(name: string, pid: number, signal: NodeJS.Signals): void;
  /** Stops every noted process by its pid and removes the folder. */
  stop(): Promise<void>;
};

const RECORDS_FOLDER = fileURLToPath(new URL('../../.freeway/test-services', import.meta.url));
const KILL_AFTER_MS = 5_000;

/**
 * Opens a run. A watchdog process holds the other end of a pipe to us and clears up when we are gone, however that
 * happens; and should the watchdog be killed as well, the next run does it.
 */
export async function openServerRun(): Promise<ServerRun> {
  mkdirSync(RECORDS_FOLDER, { recursive: true });
  await clearDeadRuns(RECORDS_FOLDER);
  const folder = mkdtempSync(join(tmpdir(), 'freeway-test-'));
  // A server that runs as another user than root passes through.
  chmodSync(folder, 0o711);
  const file = join(RECORDS_FOLDER, `${process.pid}-${randomBytes(4).toString('hex')}.json`);
  let record: RunRecord = { runner: refTo(process.pid), folder, processes: [] };
  writeRecord(file, record);
  const watchdog = spawn(process.execPath, [fileURLToPath(new URL('./watchdog.ts', import.meta.url)), file], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const watchdogGone = new Promise<void>((resolve) => watchdog.once('exit', () => resolve()));
  watchdog.unref();
  return {
    folder,
    add(name, pid, signal) {
      record = { ...record, processes: [...record.processes, { ...refTo(pid), name, signal }] };
      writeRecord(file, record);
    },
    async stop() {
      watchdog.ref();
      watchdog.stdin.destroy();
      await watchdogGone;
      await stopRecorded(file);
    },
  };
}

/** Stops what the record names and removes its folder and the record. Without a record there is nothing to do. */
export async function stopRecorded(file: string): Promise<void> {
  const record = readRecord(file);
  if (!record) return;
  const living = () => record.processes.filter(({ pid, startTime }) => startTimeOf(pid) === startTime);
  const found = living();
  for (const { pid, signal } of found) if (!signalGroup(pid, signal)) sendSignal(pid, signal);
  const deadline = Date.now() + KILL_AFTER_MS;
  while (living().length > 0 && Date.now() < deadline) await sleep(20);
  for (const { pid } of living()) sendSignal(pid, 'SIGKILL');
  // Also what a leader that has just gone left behind in its group.
  for (const { pid } of found) signalGroup(pid, 'SIGKILL');
  rmSync(record.folder, { recursive: true, force: true, maxRetries: 5 });
  rmSync(file, { force: true });
}

/** Finishes runs whose runner is gone. */
export async function clearDeadRuns(recordsFolder: string): Promise<void> {
  const files = readdirSync(recordsFolder).filter((name) => name.endsWith('.json'));
  await Promise.all(
    files.map(async (name) => {
      const file = join(recordsFolder, name);
      const record = readRecord(file);
      if (record && startTimeOf(record.runner.pid) !== record.runner.startTime) await stopRecorded(file);
    }),
  );
}

function refTo(pid: number): ProcessRef {
  return { pid, startTime: startTimeOf(pid) ?? 'gone' };
}

function writeRecord(file: string, record: RunRecord): void {
  writeFileSync(`${file}.new`, JSON.stringify(record, null, 2));
  renameSync(`${file}.new`, file);
}

function readRecord(file: string): RunRecord | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as RunRecord;
  } catch {
    return undefined;
  }
}

/** Says whether there was anybody in a group of that leader. */
const signalGroup = (leader: number, signal: NodeJS.Signals): boolean => sendSignal(-leader, signal);
