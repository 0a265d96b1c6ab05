// What an operator sees of an upgrade, and what processes do on a database of another release than theirs.
import { openTestDatabase, type TestDatabase } from '@freeway/postgres/testing';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '@freeway/postgres/free-port';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runFreeway } from './run-freeway.ts';
import { startFreeway } from './running-freeway.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];
const FILES = readdirSync(new URL('../../postgres/migrations/', import.meta.url)).toSorted();
const LAST = FILES.at(-1) ?? '';
const NEWER = '9999_of-tomorrow.sql';

describe.skipIf(serverUrl === undefined)('freeway migrate', { timeout: 120_000 }, () => {
  let database: TestDatabase;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'freeway-upgrade-'));
    database = await openTestDatabase(serverUrl ?? '');
    const { sql } = database.postgres;
    // As if nothing had ever been applied, for the command is to say so, not to do it.
    await sql`delete from migrations where name = ${LAST}`;
    await sql`insert into migrations (name) values (${NEWER})`;
  });
  afterAll(async () => {
    await database.close();
    rmSync(folder, { recursive: true });
  });
  const freeway = (...args: string[]) => runFreeway(args, { cwd: folder, env: { DATABASE_URL: database.url } });

  test('--dry-run lists what would be applied, and changes nothing', async () => {
    const expected = { code: 0, stdout: `would apply ${LAST}\n`, stderr: '' };
    expect(await freeway('migrate', '--dry-run')).toEqual(expected);
    expect(await freeway('migrate', '--dry-run')).toEqual(expected);
    expect(JSON.parse((await freeway('migrate', '--dry-run', '--json')).stdout)).toEqual([LAST]);
  });

  test('--status lists everything, what a newer release has applied too, and exits 1 while something is to come', async () => {
    const { code, stdout } = await freeway('migrate', '--status');
    expect(code).toBe(1);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(FILES.length + 1);
    expect(lines[0]).toMatch(/^0001_facts\.sql +applied \d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(lines.at(-2)).toMatch(new RegExp(`^${LAST} +not applied$`));
    expect(lines.at(-1)).toMatch(/^9999_of-tomorrow\.sql +applied .*, by a newer release$/);
    const json = JSON.parse((await freeway('migrate', '--status', '--json')).stdout) as object[];
    expect(json.slice(-2)).toEqual([
      { name: LAST, applied_at: null, known: true },
      { name: NEWER, applied_at: expect.any(String) as string, known: false },
    ]);
  });

  test('a gateway goes on where a newer release has migrated, and refuses where this one has not', async () => {
    const [port] = await freePorts(1);
    const env = {
      DATABASE_URL: database.url,
      PORT: String(port),
      LOG_LEVEL: 'fatal',
      JIT_BASIC_AUTH_USERNAME: 'marqeta',
      JIT_BASIC_AUTH_PASSWORD: 'Only-4-your-own-machine',
    };
    const refused = await runFreeway(['gateway'], { cwd: folder, env });
    expect(refused.code).toBe(1);
    expect(refused.stdout + refused.stderr).toContain(
      `the database lacks migrations (${LAST}): run \`freeway migrate\` first`,
    );
    await database.postgres.sql`insert into migrations (name) values (${LAST})`;
    expect((await freeway('migrate', '--status')).code).toBe(0);

    const gateway = startFreeway(['gateway'], { cwd: folder, env });
    const isReady = () =>
      fetch(`http://127.0.0.1:${port}/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
    const ready = async () => {
      while (!(await isReady())) await new Promise((resolve) => setTimeout(resolve, 50));
      return 'ready';
    };
    expect(await Promise.race([ready(), gateway.ended.then((code) => `ended with ${code}`)])).toBe('ready');
    expect(await gateway.terminate()).toBe(0);
  });
});
