import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Commit } from '../report/suite-result.ts';

const CHECKOUT = fileURLToPath(new URL('../../../..', import.meta.url));
/** Where the bench itself writes, which changes nothing of what it measures. */
const OWN_RESULTS = ':(exclude)bench/results';

/** What is measured. Without git, or outside a checkout, nobody knows. */
export function readCommit(folder = CHECKOUT): Commit {
  try {
    const revision = git(folder, ['rev-parse', 'HEAD']);
    return { revision, isDirty: git(folder, ['status', '--porcelain', '--', '.', OWN_RESULTS]) !== '' };
  } catch {
    return { revision: 'unknown', isDirty: true };
  }
}

function git(folder: string, args: readonly string[]): string {
  return execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}
