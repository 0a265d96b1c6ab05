import { expect, test } from 'vitest';
import { countTests, failureLines, summaryLine, type VitestReport } from '../test-summary.ts';

const report = (...files: [status: string, tests: string[]][]): VitestReport => ({
  testResults: files.map(([status, tests], index) => ({
    name: `file-${index}.test.ts`,
    status,
    assertionResults: tests.map((name) => ({ status: name })),
  })),
});

test('counts what passed, failed and was skipped over all files', () => {
  const counts = countTests(report(['passed', ['passed', 'pending']], ['failed', ['passed', 'failed', 'todo']]), 1);
  expect(counts).toEqual({ passed: 2, failed: 1, skipped: 2 });
});

test('counts a file that could not be loaded as one failure', () => {
  expect(countTests(report(['passed', ['passed']], ['failed', []]), 1)).toEqual({ passed: 1, failed: 1, skipped: 0 });
});

test('counts a file whose hook failed beside passing tests as one failure', () => {
  expect(countTests(report(['failed', ['passed', 'skipped']]), 1)).toEqual({ passed: 1, failed: 1, skipped: 1 });
});

test('never says that nothing failed when the run ended badly', () => {
  expect(countTests(report(['passed', ['passed']]), 1)).toEqual({ passed: 1, failed: 1, skipped: 0 });
});

test('takes a run without tests for a failure', () => {
  expect(countTests(undefined, 0).failed).toBe(1);
  expect(countTests(report(), 0).failed).toBe(1);
  expect(countTests(report(['passed', ['skipped']]), 0)).toEqual({ passed: 0, failed: 1, skipped: 1 });
});

test('says so in one plain line', () => {
  expect(summaryLine({ passed: 3, failed: 1, skipped: 2 })).toBe('tests: 3 passed, 1 failed, 2 skipped');
});

test('names each test that failed in one line, with what was said first and where', () => {
  const failed: VitestReport = {
    testResults: [
      {
        name: '/home/freeway/packages/core/test/a.test.ts',
        status: 'failed',
        assertionResults: [
          { status: 'passed', fullName: 'adds' },
          {
            status: 'failed',
            fullName: 'the ledger subtracts',
            failureMessages: [
              'AssertionError: expected 1\n to be \u001b[31m2\u001b[39m\n    at node_modules/x.js:1:1\n    at /home/freeway/packages/core/test/a.test.ts:7:9',
            ],
          },
        ],
      },
      { name: '/home/freeway/b.test.ts', status: 'failed', message: 'cannot be loaded', assertionResults: [] },
      { name: '/home/freeway/c.test.ts', status: 'passed', assertionResults: [{ status: 'passed' }] },
    ],
  };
  expect(failureLines(failed, '/home/freeway/')).toEqual([
    'failed test: packages/core/test/a.test.ts > the ledger subtracts: AssertionError: expected 1 to be 2 (/home/freeway/packages/core/test/a.test.ts:7:9)',
    'failed test: b.test.ts: cannot be loaded',
  ]);
  expect(failureLines(undefined, '/home/freeway/')).toEqual([]);
});
