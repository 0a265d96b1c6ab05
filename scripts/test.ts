// npm test [-- vitest arguments]: starts the services that the tests use, runs the tests of the whole workspace, stops
// the services, and says at its end what failed, and as its last line how many passed. Exit code 0 only when nothing failed; with CI=true also
// only when every service could be had.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from './run-command.ts';
import { type Services, startServices } from './services/start.ts';
import { countTests, failureLines, summaryLine, type VitestReport } from './test-summary.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs');
const isCi = ['1', 'true'].includes(process.env['CI'] ?? '');

process.chdir(ROOT);
const services = await startServices((line) => console.error(`services: ${line}`));
try {
  const reportFile = join(services.folder, 'report.json');
  const exitCode = await runVitest(services, reportFile);
  const report = readReport(reportFile);
  const counts = countTests(report, exitCode);
  const withoutService = services.missing.length > 0;
  await services.stop();
  if (exitCode !== 0) console.log(`vitest ended with exit code ${exitCode}`);
  for (const line of failureLines(report, ROOT)) console.log(line);
  if (withoutService) console.log(missingNotice(services));
  console.log(summaryLine(counts));
  process.exitCode = exitCode !== 0 ? exitCode : counts.failed > 0 || (isCi && withoutService) ? 1 : 0;
} finally {
  await services.stop();
}

function runVitest({ env, endWithServices }: Services, reportFile: string): Promise<number> {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  const args = [VITEST, 'run', '--config', 'vitest.workspace.ts', ...reporters, ...process.argv.slice(2)];
  return runCommand(process.execPath, args, {
    env: { ...process.env, ...env },
    onStart: (pid) => endWithServices('vitest', pid),
  });
}

function readReport(file: string): VitestReport | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as VitestReport;
  } catch {
    return undefined;
  }
}

function missingNotice({ missing }: Services): string {
  const lines = missing.map(({ name, reason }) => `!! ${name}: ${reason.replaceAll('\n', '\n!!   ')}`);
  const consequence = isCi
    ? 'With CI=true that is a failure.'
    : 'Their tests were SKIPPED: this run proves nothing about them.';
  return ['', '!! SERVICES THAT COULD NOT BE HAD. ' + consequence, ...lines, ''].join('\n');
}
