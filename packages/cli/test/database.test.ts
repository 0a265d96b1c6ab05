import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { runFreeway } from './run-freeway.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'freeway-database-'));
// Run by root, the embedded PostgreSQL is another user, who must get through.
chmodSync(folder, 0o711);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('freeway database', () => {
  test('runs the embedded database until it is stopped; others join it, and it outlives them', async () => {
    const { PATH = '' } = process.env;
    const child = spawn(process.execPath, [MAIN, 'database'], {
      cwd: folder,
      env: { PATH },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      const [url] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
      expect(url).toMatch(/^postgres:\/\/\S+@127\.0\.0\.1:\d+\/freeway\n$/);
      expect(await runFreeway(['database'], { cwd: folder })).toMatchObject({ code: 0, stdout: url });
      const verified = await runFreeway(['verify'], { cwd: folder });
      expect(verified).toMatchObject({ code: 0 });
      expect(child.exitCode).toBeNull();
    } finally {
      child.kill('SIGTERM');
    }
    const [code] = (await once(child, 'exit')) as [number | null];
    expect(code).toBe(0);
  });

  test('there is none where the settings name a database', async () => {
    const run = await runFreeway(['database'], { cwd: folder, env: { DATABASE_URL: 'postgres://u:p@127.0.0.1/x' } });
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toContain('DATABASE_URL');
  });
});
