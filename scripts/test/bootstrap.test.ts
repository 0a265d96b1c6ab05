import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTimeOf } from '../../packages/postgres/src/embedded/process-identity.ts';

const BOOTSTRAP = fileURLToPath(new URL('../bootstrap.mjs', import.meta.url));

let folder: string;
let started: ChildProcess[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'freeway-bootstrap-'));
  started = [];
});

afterEach(() => {
  for (const child of started) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** Runs a TypeScript program through bootstrap.mjs, as npm does. */
function bootstrap(program: string, ...args: string[]) {
  const file = join(folder, 'program.ts');
  writeFileSync(file, program);
  // Its own group, as a shell gives it: a signal to the group must not reach this test.
  const child = spawn(process.execPath, [BOOTSTRAP, file, ...args], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(child);
  let output = '';
  child.stdout.on('data', (part: Buffer) => (output += part.toString()));
  const exitCode = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  const says = (text: string) => expect.poll(() => output, { timeout: 20_000 }).toContain(text);
  return { pid: Number(child.pid), exitCode, says, output: () => output };
}

// Ends a while after the first signal, so that a second one has the time to arrive.
const COUNTS_SIGNALS = `
  const got: string[] = [];
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      got.push(name);
      if (got.length === 1) setTimeout(() => { console.log('got', got.join(' ')); process.exit(3); }, 700);
    });
  }
  console.log('pid', process.pid, 'ready');
  setInterval(() => {}, 1000);`;

test('runs TypeScript with its arguments and ends with its exit code', async () => {
  const program = bootstrap(
    `const code: number = 5; console.log(process.argv.slice(2).join('|')); process.exit(code);`,
    'a b',
    '--c',
  );
  expect(await program.exitCode).toBe(5);
  expect(program.output()).toBe('a b|--c\n');
});

test('ends by itself when the program has nothing left to do', async () => {
  expect(await bootstrap(`console.log('done');`).exitCode).toBe(0);
});

test('gives the program a compile cache in the checkout, and its own node first on PATH', async () => {
  const program = bootstrap(`
    import { dirname } from 'node:path';
    console.log(process.env['PATH']!.startsWith(dirname(process.execPath)), process.env['NODE_COMPILE_CACHE']);`);
  await program.exitCode;
  expect(program.output()).toMatch(/^true .*\S/);
});

test.each(['SIGTERM', 'SIGINT'] as const)('passes %s on', async (signal) => {
  const program = bootstrap(COUNTS_SIGNALS);
  await program.says('ready');
  process.kill(program.pid, signal);
  expect(await program.exitCode).toBe(3);
  expect(program.output()).toContain(`got ${signal}\n`);
});

test('makes one SIGINT of a Ctrl-C that comes from the terminal and from npm', async () => {
  const program = bootstrap(COUNTS_SIGNALS);
  await program.says('ready');
  process.kill(-program.pid, 'SIGINT');
  process.kill(program.pid, 'SIGINT');
  expect(await program.exitCode).toBe(3);
  expect(program.output()).toContain('got SIGINT\n');
});

test('exits with 128 + n when signal n killed the program', async () => {
  expect(await bootstrap(`process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000);`).exitCode).toBe(137);
});

test('does not leave the program behind when it is killed itself', async () => {
  const program = bootstrap(COUNTS_SIGNALS);
  await program.says('ready');
  const pid = Number(/pid (\d+)/.exec(program.output())?.[1]);
  process.kill(program.pid, 'SIGKILL');
  await program.says('got SIGTERM');
  await expect.poll(() => startTimeOf(pid), { timeout: 20_000 }).toBeUndefined();
});
