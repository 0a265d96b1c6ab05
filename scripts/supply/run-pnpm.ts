import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The version that CONTRIBUTING.md names. */
const PNPM = 'pnpm@12.21.0';

export interface PnpmRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs pnpm on this workspace and waits for it. */
export function runPnpm(args: readonly string[]): PnpmRun {
  const { status, stdout, stderr } = spawnSync('npx', ['--yes', PNPM, ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    timeout: 180_000,
  });
  return { code: status, stdout: stdout ?? '', stderr: stderr ?? '' };
}
