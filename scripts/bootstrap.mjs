// node scripts/bootstrap.mjs <file.ts> [arguments]: makes the checkout runnable, then runs the file on Node 24.
//
// Plain JavaScript on built-in modules only, because it runs before anything is installed, on whatever Node (>= 18)
// the machine has. It installs when the manifests changed since the last time, and finds a Node that runs TypeScript:
// its own, or the one that the packages node-linux-* carry.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installDependencies } from './install-dependencies.mjs';

const OLDEST_NODE = 18;
const NODE = 24;
const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const SAME_SIGNAL_MS = 300;
// On a machine with much memory V8 gives the young generation up to 192 MB; what a request leaves behind dies young, and
// a twelfth of that collects it just as fast.
const NODE_FLAGS = ['--max-semi-space-size=8'];

const majorVersion = Number(process.versions.node.split('.')[0]);

try {
  const [file, ...args] = process.argv.slice(2);
  if (file === undefined) throw new Error('usage: node scripts/bootstrap.mjs <file.ts> [arguments]');
  if (majorVersion < OLDEST_NODE) throw new Error(`Node ${process.versions.node} is too old: ${OLDEST_NODE} is needed`);
  await installDependencies(ROOT);
  run(nodeBinary(), file, args);
} catch (error) {
  fail(error);
}

/** A Node that runs TypeScript as it is. */
function nodeBinary() {
  if (majorVersion >= NODE) return process.execPath;
  const packaged = join(ROOT, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (existsSync(packaged)) return packaged;
  throw new Error(
    `this is Node ${process.versions.node} on ${process.platform}-${process.arch}, where no package carries Node ` +
      `${NODE}: install Node ${NODE} or newer (https://nodejs.org/en/download) and run the command again`,
  );
}

/**
 * The program leads a process group of its own, and signals reach it only through us: with Ctrl-C the terminal, and npm
 * a second time, send SIGINT to everything in our group, and a program that sees two of them takes the second for
 * "at once". A channel to it tells it when we are killed.
 */
function run(node, file, args) {
  const lifeline = new URL('./lifeline.mjs', import.meta.url).href;
  const child = spawn(node, [...NODE_FLAGS, '--import', lifeline, file, ...args], {
    detached: true,
    env: {
      // Each of glibc's arenas keeps what it once had, and hardly anything of ours allocates from several threads.
      MALLOC_ARENA_MAX: '1',
      ...process.env,
      PATH: [dirname(node), process.env.PATH].join(delimiter),
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(ROOT, '.freeway', 'compile-cache'),
    },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  child.on('error', fail);
  // As a terminal does: the keyboard's signals to the whole group, the others to the program alone.
  forwardOnce('SIGINT', (signal) => process.kill(-child.pid, signal));
  forwardOnce('SIGQUIT', (signal) => process.kill(-child.pid, signal));
  forwardOnce('SIGTERM', (signal) => child.kill(signal));
  forwardOnce('SIGHUP', (signal) => child.kill(signal));
  process.on('SIGWINCH', () => child.kill('SIGWINCH'));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

/** Signals of one kind within a moment are one: the same key press, come on several ways. */
function forwardOnce(name, send) {
  let lastAt = -Infinity;
  process.on(name, () => {
    const now = performance.now();
    if (now - lastAt < SAME_SIGNAL_MS) return;
    lastAt = now;
    try {
      send(name);
    } catch {
      // It has just ended by itself.
    }
  });
}

function fail(error) {
  console.error(`freeway: ${error.message}`);
  process.exit(1);
}
