// Prometheus' own word on the configuration, the rules and when each alert fires.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { PROMETHEUS_FOLDER, readRules, readYaml, yamlFiles } from '../../src/monitoring/rule-files.ts';
import { PROMTOOL } from './servers.ts';
import { WITHOUT_DATA } from './without-data.ts';

const run = promisify(execFile);

interface RuleTestFile {
  readonly tests: readonly {
    readonly input_series: readonly { readonly series: string }[];
    readonly alert_rule_test: readonly { readonly alertname: string; readonly exp_alerts: readonly object[] }[];
  }[];
}

describe.skipIf(PROMTOOL === '')('promtool', () => {
  test('reads the configuration and the rules', async () => {
    const { stdout } = await run(PROMTOOL, ['check', 'config', join(PROMETHEUS_FOLDER, 'prometheus.yml')]);
    expect(stdout).toContain(`${yamlFiles('rules').length} rule files found`);
    expect(stdout).not.toContain('FAILED');
  });

  test.each(yamlFiles('tests').map((file) => [file.slice(PROMETHEUS_FOLDER.length), file] as const))(
    '%s',
    async (_name, file) => {
      const said = await run(PROMTOOL, ['test', 'rules', file]).then(
        ({ stdout }) => stdout,
        (error: Error & { stdout: string; stderr: string }) => error.stdout + error.stderr,
      );
      expect(said).toContain('SUCCESS');
      expect(said).not.toContain('FAILED');
    },
    60_000,
  );
});

describe('every alert has a test', () => {
  const cases = yamlFiles('tests').flatMap((file) =>
    readYaml<RuleTestFile>(file).tests.flatMap(({ alert_rule_test: checks }) => checks),
  );
  test.each(readRules().alerts.map(({ alert }) => alert))('%s: when it fires, and when it is quiet', (alert) => {
    const own = cases.filter(({ alertname }) => alertname === alert).map(({ exp_alerts: alerts }) => alerts.length);
    expect(own.some((count) => count > 0)).toBe(true);
    expect(own).toContain(0);
  });
});

test('what has no data where the tests run is in a rule test instead', () => {
  const series = yamlFiles('tests').flatMap((file) =>
    readYaml<RuleTestFile>(file).tests.flatMap((each) => each.input_series.map(({ series: text }) => text)),
  );
  for (const [metric] of WITHOUT_DATA) expect(series.some((text) => text.startsWith(`${metric}{`))).toBe(true);
});
