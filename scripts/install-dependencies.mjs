// Installs what the lockfile names when node_modules does not hold it. Plain JavaScript on built-in modules only: see
// bootstrap.mjs.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const PNPM = 'pnpm@12.21.0';
const LONGEST_INSTALL_MS = 10 * 60_000;
const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

const exitBy = (signal) => process.exit(128 + constants.signals[signal]);
const say = (line) => console.error(`freeway: ${line}`);

/** Makes node_modules hold what the manifests under `root` ask for. Throws when that cannot be done. */
export async function installDependencies(root) {
  // Inside node_modules, so that it goes when they go.
  const stamp = join(root, 'node_modules', '.freeway-installed');
  const isInstalled = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === manifestsHash(root);
  if (isInstalled()) return;
  await withLock(join(root, '.freeway', 'install.lock'), async () => {
    // Another process may have done it while we waited.
    if (isInstalled()) return;
    say(`installing dependencies with ${PNPM}; the first time takes a while`);
    const startedAt = Date.now();
    await runPnpm(root);
    writeFileSync(stamp, manifestsHash(root));
    say(`installed in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
  });
}

/** Of everything that decides what node_modules must hold. Contents, not times: a git checkout touches times. */
function manifestsHash(root) {
  const within = (folder) => (existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : []);
  const packages = within('packages').map((name) => `packages/${name}/package.json`);
  const patches = within('patches').map((name) => `patches/${name}`);
  const files = [
    'pnpm-lock.yaml',
    'pnpm-workspace.yaml',
    'package.json',
    'bench/package.json',
    'deploy/package.json',
    ...packages,
    ...patches,
  ];
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}`);
  for (const file of files.filter((name) => existsSync(join(root, name)))) {
    hash.update(`\n${file}\n`).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

async function runPnpm(root) {
  // npm knows the registry also where pnpm does not look: its built-in and global configuration.
  const registry = (await output('npm', ['config', 'get', 'registry'])).trim();
  const registryOption = /^https?:/.test(registry) ? [`--registry=${registry}`] : [];
  const npx = ['--yes', ...registryOption, PNPM];
  // node_modules made by another pnpm or user is replaced without a question that nobody can answer.
  const pnpm = ['install', '--frozen-lockfile', '--config.confirmModulesPurge=false', ...registryOption];
  const code = await exitCode('npx', [...npx, ...pnpm], root);
  if (code === 0) return;
  throw new Error(
    `the installation failed with exit code ${code}; its messages are above. ` +
      `If a manifest changed without the lockfile, run: npx ${PNPM} install`,
  );
}

/** One installation at a time. The lock names its owner, so that the lock of a dead owner is taken over. */
async function withLock(lock, work) {
  mkdirSync(join(lock, '..'), { recursive: true });
  for (let waits = 0; !takeLock(lock); waits++) {
    if (waits === 1) say('waiting for another process that installs dependencies');
    await sleep(200);
  }
  const release = () => rmSync(lock, { force: true });
  process.once('exit', release);
  for (const signal of ENDING_SIGNALS) process.once(signal, exitBy);
  try {
    await work();
  } finally {
    for (const signal of ENDING_SIGNALS) process.removeListener(signal, exitBy);
    process.removeListener('exit', release);
    release();
  }
}

function takeLock(lock) {
  const mine = `${lock}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    // A link appears with its content: nobody ever reads a lock without an owner.
    linkSync(mine, lock);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(mine, { force: true });
  }
  if (isStale(lock)) rmSync(lock, { force: true });
  return false;
}

function isStale(lock) {
  try {
    // Old enough, and its pid belongs to some other program by now.
    if (Date.now() - statSync(lock).mtimeMs > LONGEST_INSTALL_MS) return true;
    process.kill(Number(readFileSync(lock, 'utf8')), 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

/** Runs a command with its output on our stderr: stdout belongs to the program that comes after it. */
function exitCode(command, args, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 2, 2] });
    const end = () => child.kill('SIGTERM');
    process.once('exit', end);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      process.removeListener('exit', end);
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}

function output(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    child.stdout.on('data', (part) => (text += part));
    child.once('error', () => resolve(''));
    child.once('close', () => resolve(text));
  });
}
