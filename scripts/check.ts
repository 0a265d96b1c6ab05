// npm run check [-- --static]: what should be green before every commit, side by side and without any service: types,
// lint, format, house rules and the tests of the packages that need nothing but Node. --static leaves the tests out.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

type Step = { readonly name: string; readonly args: readonly string[] };

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const UNIT_PROJECTS = ['core', 'marqeta', 'runtime', 'simulator', 'testkit'];

const bin = (path: string) => fileURLToPath(new URL(`../node_modules/${path}`, import.meta.url));
const vitest = (...args: string[]) => [bin('vitest/vitest.mjs'), 'run', '--config', 'vitest.workspace.ts', ...args];

// Each remembers under .freeway/ what it found clean; the tests share workers, for pure code needs no isolation.
const TYPES_CACHE = ['--incremental', '--tsBuildInfoFile', '.freeway/types.tsbuildinfo'];
const FORMAT_CACHE = ['--cache', '--cache-location', '.freeway/prettier-cache'];

const STATIC_STEPS: Step[] = [
  { name: 'types', args: [bin('typescript/bin/tsc'), '-p', 'tsconfig.json', ...TYPES_CACHE] },
  // Once more without the types of Node, so that core cannot reach for them.
  { name: 'types of core', args: [bin('typescript/bin/tsc'), '-p', 'packages/core/tsconfig.json'] },
  { name: 'lint', args: [bin('oxlint/bin/oxlint'), '--deny-warnings'] },
  { name: 'format', args: [bin('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', ...FORMAT_CACHE, '.'] },
];
const TEST_STEPS: Step[] = [
  { name: 'house rules', args: vitest('--project', 'scripts', 'house-rules') },
  {
    name: 'unit tests',
    args: vitest('--no-isolate', '--maxWorkers=2', ...UNIT_PROJECTS.flatMap((name) => ['--project', name])),
  },
];

const steps = process.argv.includes('--static') ? STATIC_STEPS : [...STATIC_STEPS, ...TEST_STEPS];
const results = await Promise.all(steps.map(runStep));
process.exitCode = results.every(Boolean) ? 0 : 1;

/** Runs one step and prints one line for it, with its output when it failed. */
async function runStep({ name, args }: Step): Promise<boolean> {
  const startedAt = performance.now();
  const { code, output } = await capture(args);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  if (code === 0) console.log(`ok      ${name} (${seconds} s)`);
  else console.log(`FAILED  ${name} (${seconds} s)\n${output.trim()}\n`);
  return code === 0;
}

function capture(args: readonly string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (part: Buffer) => (output += part.toString()));
    child.stderr.on('data', (part: Buffer) => (output += part.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}
