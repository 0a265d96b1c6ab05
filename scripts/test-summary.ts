import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** The part of Vitest's JSON report that we read. */
export type VitestReport = {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    /** Why the file failed, where no test of it did. */
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName?: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
};

export type TestCounts = { readonly passed: number; readonly failed: number; readonly skipped: number };

const REASON_LENGTH = 300;

/**
 * A line for each test that failed, and for each file that failed without one: of a long run only the end may be kept.
 * `root` is left out of the names of files.
 */
export function failureLines(report: VitestReport | undefined, root: string): string[] {
  return (report?.testResults ?? []).flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(root, name);
    const failed = assertionResults.filter((assertion) => assertion.status === 'failed');
    if (status === 'failed' && failed.length === 0) return [failureLine(file, message)];
    return failed.map((assertion) =>
      failureLine(`${file} > ${assertion.fullName ?? '?'}`, assertion.failureMessages?.join(' ')),
    );
  });
}

/** What was said first, and where in our own code. */
function failureLine(subject: string, reason: string | undefined): string {
  const [said = '', ...stack] = stripVTControlCharacters(reason ?? '').split(/\n\s+at /);
  const place = stack.find((frame) => !frame.includes('node_modules') && !frame.includes('node:'));
  const text = `${said.replaceAll(/\s+/g, ' ').slice(0, REASON_LENGTH)}${place === undefined ? '' : ` (${place.trim()})`}`;
  return `failed test: ${subject}: ${text.trim() || 'no reason was given'}`;
}

/**
 * Counts tests. A file that failed without a failed test of its own (it could not be loaded, say) counts as one
 * failure, and so does a run that reported nothing, or that ended badly although no test failed: an unhandled error.
 */
export function countTests(report: VitestReport | undefined, vitestExitCode: number): TestCounts {
  const files = report?.testResults ?? [];
  const statuses = files.flatMap((file) => file.assertionResults.map(({ status }) => status));
  const passed = statuses.filter((status) => status === 'passed').length;
  const failedTests = statuses.filter((status) => status === 'failed').length;
  const brokenFiles = files.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((assertion) => assertion.status === 'failed'),
  ).length;
  const failed = failedTests + brokenFiles;
  const broke = passed + failed === 0 || (vitestExitCode !== 0 && failed === 0);
  return { passed, failed: broke ? failed + 1 : failed, skipped: statuses.length - passed - failedTests };
}

export const summaryLine = ({ passed, failed, skipped }: TestCounts): string =>
  `tests: ${passed} passed, ${failed} failed, ${skipped} skipped`;
