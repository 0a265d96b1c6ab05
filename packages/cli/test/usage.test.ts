import { createLogger, createProfiler } from '@freeway/runtime';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { explainError } from '../src/explain-error.ts';
import { createProgram } from '../src/program.ts';
import { runFreeway } from './run-freeway.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'freeway-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const freeway = (args: readonly string[], env: Record<string, string> = {}) => runFreeway(args, { cwd: folder, env });

describe('how it is called', () => {
  test('help goes to stdout and exits 0', async () => {
    const help = await freeway(['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    for (const { name } of createProgram().commands.map((command) => ({ name: command.name() })))
      expect(help.stdout).toContain(`\n  ${name} `);
  });

  test.each([
    [[], 'Usage: freeway'],
    [['nonsense'], "unknown command 'nonsense'"],
    [['account'], 'Usage: freeway account'],
    [['account', 'show', '--user', 'u'], "required option '--currency <code>' not specified"],
    [['account', 'show', '--currency', 'USD'], 'exactly one of --user and --business is needed'],
    [['card', 'block', 'c', '--as', 'tired'], "argument 'tired' is invalid"],
    [['card', 'put', 'c', '--blocked-categories', '79'], 'Four-digit codes'],
    [['import'], 'either a file or --from-samples is needed'],
    [['import', 'no-such-file'], 'there is no file no-such-file'],
    [['import', '--from-samples', 'no-such-folder'], 'there is no folder no-such-folder'],
    [['worker', 'no-such-queue'], "'no-such-queue' is invalid"],
    [['seed', '--users', 'many'], 'A whole number is needed'],
    [['drill'], "missing required argument 'name'"],
    [['drill', 'everything'], "'everything' is invalid"],
    [['drill', 'redis', '--for', '5s'], 'It is at least 10s'],
    [['drill', 'redis', '--rate', '0'], 'It must be at least 1'],
    [['demo', '--gateway', 'http://127.0.0.1:8080/v1/jit'], '--gateway and --intake belong together'],
  ])('%j exits 2 and says why', async (args, sentence) => {
    const run = await freeway(args);
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toContain(sentence);
  });
});

describe('how it is configured', () => {
  test('a faulty setting exits 2, named, and its value is not repeated', async () => {
    const run = await freeway(['verify'], { DATABASE_URL: 'mysql://ada:s3cret@host/db', POSTGRES_POOL_MAX: 'many' });
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toContain('DATABASE_URL');
    expect(run.stderr).toContain('POSTGRES_POOL_MAX');
    expect(run.stderr).not.toContain('s3cret');
  });

  test('a file .env counts, and the environment wins over it', async () => {
    const own = mkdtempSync(join(folder, 'env-'));
    writeFileSync(join(own, '.env'), 'POSTGRES_POOL_MAX=many\n');
    const check = ['settings', '--check', '--process', 'cli'];
    expect(await runFreeway(check, { cwd: own })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('POSTGRES_POOL_MAX') as string,
    });
    expect(await runFreeway(check, { cwd: own, env: { POSTGRES_POOL_MAX: '10' } })).toMatchObject({
      code: 0,
      stdout: 'cli: ok\n',
    });
  });

  test('settings lists the catalogue without a value of the environment', async () => {
    const secret = 'Only-4-your-own-machine';
    const run = await freeway(['settings', '--json'], { JIT_BASIC_AUTH_PASSWORD: secret });
    const settings = JSON.parse(run.stdout) as { name: string; absent: string }[];
    expect(settings).toContainEqual(expect.objectContaining({ name: 'JIT_BASIC_AUTH_PASSWORD', absent: 'required' }));
    expect(run.stdout).not.toContain(secret);
    expect(await freeway(['settings', '--check', '--process', 'gateway'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('gateway: JIT_BASIC_AUTH_PASSWORD') as string,
    });
  });

  test('a database that does not answer exits 1 with one sentence; the stack is for LOG_LEVEL=debug', async () => {
    const DATABASE_URL = 'postgres://ada:s3cret@127.0.0.1:1/freeway';
    const [plain, debug] = await Promise.all([
      freeway(['verify'], { DATABASE_URL }),
      freeway(['verify'], { DATABASE_URL, LOG_LEVEL: 'debug' }),
    ]);
    expect(plain).toEqual({
      code: 1,
      stdout: '',
      stderr: 'freeway: PostgreSQL does not answer: is it running, and is DATABASE_URL right?\n',
    });
    expect(debug.code).toBe(1);
    expect(debug.stderr).toContain('    at ');
    expect(debug.stderr).not.toContain('s3cret');
  });

  test('a password in an error is masked', () => {
    expect(explainError(new Error('cannot use postgres://ada:s3cret@host/db'))).toBe(
      'cannot use postgres://ada:***@host/db',
    );
  });
});

describe('profile', () => {
  test('prints the profile of a running gateway', async () => {
    const profiler = createProfiler({ logger: createLogger({ process: 'test', level: 'silent' }) });
    profiler.record('commit', 3);
    profiler.approved();
    profiler.declined('card_lost');
    profiler.lookedUp('card', true);
    const server = createServer((request, response) =>
      response.end(JSON.stringify(request.url === '/profile' ? profiler.snapshot() : {})),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const [text, json] = await Promise.all([
        freeway(['profile', '--url', url]),
        freeway(['profile', '--url', url, '--json']),
      ]);
      expect(text.code).toBe(0);
      expect(text.stdout).toMatch(/commit +1 +3\.0/);
      expect(text.stdout).toContain('50.0 % approved');
      expect(text.stdout).toContain('declined card_lost: 1');
      expect(text.stdout).toContain('cache card: 100.0 % hits (1 of 1)');
      expect(JSON.parse(json.stdout)).toMatchObject({ recent: { approved: 1 }, sinceStart: { approved: 1 } });
    } finally {
      server.close();
    }
  });

  test('exits 1 where no gateway answers', async () => {
    expect(await freeway(['profile'], { PORT: '1' })).toEqual({
      code: 1,
      stdout: '',
      stderr: 'freeway: no gateway answers at http://127.0.0.1:1\n',
    });
  });
});
