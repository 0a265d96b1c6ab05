/** The part of Vitest's JSON report that we read. */
export type VitestReport = {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
};

export type TestCounts = { readonly passed: number; readonly failed: number; readonly skipped: number };

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
