import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The pid of the server on a data folder, if it lives. */
export function postmasterOf(dataFolder: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(dataFolder, 'postmaster.pid'), 'utf8').split('\n')[0]);
    // Another program may have the pid of one that was killed.
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(dataFolder) ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Servers that a Patroni started are no children of ours, and live on without it. */
export async function endPostmasters(folder: string): Promise<void> {
  const alive = (): number[] =>
    dataFoldersIn(folder)
      .map(postmasterOf)
      .filter((pid) => pid !== undefined);
  for (const signal of ['SIGQUIT', 'SIGKILL'] as const) {
    for (const pid of alive()) process.kill(pid, signal);
    for (let waitedMs = 0; waitedMs < 5000 && alive().length > 0; waitedMs += 50) await sleep(50);
  }
}

function dataFoldersIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name, 'data'));
}

const CLEAN_UP = `read -r _
for file in "$1"/*/data/postmaster.pid; do
  [ -f "$file" ] && pid=$(head -n 1 "$file") && grep -qaF "$1" "/proc/$pid/cmdline" && kill -QUIT "$pid"
done
[ "$2" = keep ] || { sleep 2; rm -rf -- "$1"; }`;

/** Waits for the end of a pipe that only we hold, and then does what we no longer can. Returns what ends it without that. */
export function startCleaner(folder: string, keep: boolean): () => void {
  const shell = spawn('/bin/sh', ['-c', CLEAN_UP, 'sh', folder, keep ? 'keep' : ''], {
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
