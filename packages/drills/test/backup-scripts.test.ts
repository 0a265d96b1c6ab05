// The scripts of deploy/backup, as far as no server is needed; freeway drill restore plays all of them.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const SCRIPTS = fileURLToPath(new URL('../../../deploy/backup/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'freeway-backup-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (script: string, ...args: string[]) =>
  spawnSync('sh', [`${SCRIPTS}${script}`, ...args], { encoding: 'utf8', cwd: folder });

describe('archive-wal.sh', () => {
  const archive = join(folder, 'wal');
  const file = join(folder, 'segment');

  it('keeps a file, and the same one again, and never overwrites it with another', () => {
    writeFileSync(file, 'first');
    expect(run('archive-wal.sh', file, '0001', archive).status).toBe(0);
    expect(run('archive-wal.sh', file, '0001', archive).status).toBe(0);
    writeFileSync(file, 'other');
    const refused = run('archive-wal.sh', file, '0001', archive);
    expect(refused).toMatchObject({ status: 1 });
    expect(refused.stderr).toContain('is another file');
    expect(readFileSync(join(archive, '0001'), 'utf8')).toBe('first');
  });

  it('fails when there is nothing to keep, and leaves nothing that looks kept', () => {
    expect(run('archive-wal.sh', join(folder, 'absent'), '0002', archive).status).not.toBe(0);
    expect(existsSync(join(archive, '0002'))).toBe(false);
  });
});

describe('called wrongly', () => {
  it.each([
    ['archive-wal.sh', []],
    ['base-backup.sh', []],
    ['base-backup.sh', [folder, '0']],
    ['base-backup.sh', [folder, 'many']],
    ['restore.sh', ['base', 'wal']],
    ['restore.sh', ['base', "w'al", 'data']],
    ['restore.sh', ['base', 'wal', 'data', "2026-01-01' or"]],
  ])('%s %j exits 2', (script, args) => {
    const result = run(script, ...args);
    expect(result.status).toBe(2);
    expect(result.stderr).not.toBe('');
  });

  it('restore.sh touches no data folder that holds something, and takes only a base backup', () => {
    const base = join(folder, 'base');
    const data = join(folder, 'data');
    mkdirSync(base);
    mkdirSync(data);
    expect(run('restore.sh', base, 'wal', data)).toMatchObject({ status: 1 });
    writeFileSync(join(base, 'backup_manifest'), '{}');
    writeFileSync(join(data, 'all-that-is-left'), 'x');
    const refused = run('restore.sh', base, 'wal', data);
    expect(refused).toMatchObject({ status: 1 });
    expect(refused.stderr).toContain('is not empty');
    expect(readFileSync(join(data, 'all-that-is-left'), 'utf8')).toBe('x');
  });
});
