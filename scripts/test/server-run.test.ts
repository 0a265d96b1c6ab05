import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTimeOf } from '../../packages/postgres/src/embedded/process-identity.ts';
import { clearDeadRuns, openServerRun, type RunRecord, stopRecorded } from '../services/server-run.ts';

let folder: string;
let started: ChildProcess[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'freeway-run-'));
  started = [];
});

afterEach(() => {
  for (const child of started) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const idle = (): number => {
  const child = spawn('sleep', ['300'], { detached: true, stdio: 'ignore' });
  started.push(child);
  return Number(child.pid);
};

const startTime = (pid: number): string => startTimeOf(pid) ?? 'gone';

const recordOf = (runner: number, processes: RunRecord['processes']): string => {
  const data = join(folder, `data-${runner}`);
  mkdirSync(data);
  const file = join(folder, `${runner}.json`);
  const record: RunRecord = { runner: { pid: runner, startTime: startTime(runner) }, folder: data, processes };
  writeFileSync(file, JSON.stringify(record));
  return file;
};

test('stops every noted process and removes the folder', async () => {
  const run = await openServerRun();
  const pids = [idle(), idle()];
  for (const pid of pids) run.add('idle', pid, 'SIGTERM');
  expect(existsSync(run.folder)).toBe(true);
  await run.stop();
  expect(pids.map((pid) => startTimeOf(pid))).toEqual([undefined, undefined]);
  expect(existsSync(run.folder)).toBe(false);
  await run.stop();
});

test('stops them when the runner is killed', async () => {
  const module = new URL('../services/server-run.ts', import.meta.url).href;
  const program = `
    const { spawn } = await import('node:child_process');
    const run = await (await import(${JSON.stringify(module)})).openServerRun();
    const child = spawn('sleep', ['300'], { detached: true, stdio: 'ignore' });
    run.add('idle', child.pid, 'SIGTERM');
    console.log(child.pid + ' ' + run.folder);
    setInterval(() => {}, 1000);`;
  const runner = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(runner);
  const line = await new Promise<string>((resolve) => runner.stdout.once('data', (part) => resolve(String(part))));
  const [pid, runFolder] = line.trim().split(' ');
  expect(startTimeOf(Number(pid))).toBeDefined();
  runner.kill('SIGKILL');
  await expect.poll(() => startTimeOf(Number(pid)), { timeout: 20_000 }).toBeUndefined();
  await expect.poll(() => existsSync(String(runFolder)), { timeout: 20_000 }).toBe(false);
});

test('finishes what a run left whose runner and watchdog are both gone', async () => {
  const [runner, orphan] = [idle(), idle()];
  const file = recordOf(runner, [{ pid: orphan, startTime: startTime(orphan), name: 'idle', signal: 'SIGTERM' }]);
  process.kill(runner, 'SIGKILL');
  await expect.poll(() => startTimeOf(runner)).toBeUndefined();
  await clearDeadRuns(folder);
  expect(startTimeOf(orphan)).toBeUndefined();
  expect(existsSync(file)).toBe(false);
  expect(readdirSync(folder)).toEqual([]);
});

test('leaves the run of a living runner alone', async () => {
  const server = idle();
  const file = recordOf(process.pid, [{ pid: server, startTime: startTime(server), name: 'idle', signal: 'SIGTERM' }]);
  await clearDeadRuns(folder);
  expect(startTimeOf(server)).toBeDefined();
  expect(existsSync(file)).toBe(true);
});

test('never signals a process that only got the pid of one that was noted', async () => {
  const pid = idle();
  await stopRecorded(recordOf(process.pid, [{ pid, startTime: '1', name: 'ours, long ago', signal: 'SIGTERM' }]));
  expect(startTimeOf(pid)).toBeDefined();
});

test('kills what does not heed its signal', async () => {
  const deaf = spawn('/bin/sh', ['-c', `trap '' TERM; echo deaf; while :; do sleep 1; done`], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  started.push(deaf);
  await new Promise((resolve) => deaf.stdout.once('data', resolve));
  const pid = Number(deaf.pid);
  await stopRecorded(recordOf(process.pid, [{ pid, startTime: startTime(pid), name: 'deaf', signal: 'SIGTERM' }]));
  await expect.poll(() => startTimeOf(pid), { timeout: 5_000 }).toBeUndefined();
});
