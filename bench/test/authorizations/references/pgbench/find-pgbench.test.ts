import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findPgbench } from '../../../../src/authorizations/references/pgbench/find-pgbench.ts';

const root = mkdtempSync(join(tmpdir(), 'freeway-find-pgbench-'));
afterAll(() => rmSync(root, { recursive: true }));

function install(folder: string, mode = 0o755): string {
  mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, folder, 'pgbench'), '', { mode });
  return join(root, folder);
}

test('PATH comes first, and only what can be run', () => {
  const path = [join(root, 'missing'), install('broken', 0o644), install('bin')].join(delimiter);
  install('debian/17/bin');
  expect(findPgbench(path, join(root, 'debian'))).toBe(join(root, 'bin/pgbench'));
});

test("else the newest of Debian's, by number", () => {
  for (const version of ['9', '15', '16']) install(`versions/${version}/bin`);
  expect(findPgbench('', join(root, 'versions'))).toBe(join(root, 'versions/16/bin/pgbench'));
});

test('or none', () => {
  expect(findPgbench('', join(root, 'nowhere'))).toBeUndefined();
});
