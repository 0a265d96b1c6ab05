import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Log } from './debian-packages.ts';

const SOURCE_FOLDER = fileURLToPath(new URL('./ferretdb', import.meta.url));
const BUILD_FOLDER = fileURLToPath(new URL('../../.freeway/ferretdb', import.meta.url));

/** The server's executable, built on first use and whenever its source or a pinned version changes. */
export async function buildFerretdb(go: string, log: Log): Promise<string> {
  const source = ['main.go', 'go.mod', 'go.sum'].map((name) => readFileSync(join(SOURCE_FOLDER, name)));
  const hash = createHash('sha256').update(Buffer.concat(source)).digest('hex').slice(0, 16);
  const executable = join(BUILD_FOLDER, `ferretdb-${hash}`);
  if (existsSync(executable)) return executable;
  log('building FerretDB, a server of the MongoDB protocol (once, about a minute)');
  mkdirSync(BUILD_FOLDER, { recursive: true });
  const unfinished = `${executable}.${process.pid}`;
  // Only the SQLite backend; -mod=readonly refuses anything go.sum does not pin.
  const args = ['build', '-trimpath', '-mod=readonly', '-tags', 'ferretdb_no_postgresql', '-o', unfinished, '.'];
  try {
    await promisify(execFile)(go, args, { cwd: SOURCE_FOLDER, env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '' } });
    renameSync(unfinished, executable);
  } finally {
    rmSync(unfinished, { force: true });
  }
  return executable;
}
