import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CHART_FOLDER } from '../../src/kubernetes/chart-check.ts';
import { CHART_PROCESSES, chartProcessesText, settingsOf } from '../../src/kubernetes/chart-processes.ts';

const settingsAt = (key: string) => {
  const found = CHART_PROCESSES.find((each) => each.key === key);
  if (found === undefined) throw new Error(`there is no process ${key}`);
  return settingsOf(found);
};

describe('what the chart knows of processes', () => {
  test('equals the catalogue; node deploy/src/kubernetes/chart-processes.ts > deploy/kubernetes/freeway/files/processes.yaml', () => {
    expect(readFileSync(join(CHART_FOLDER, 'files/processes.yaml'), 'utf8')).toBe(chartProcessesText());
  });

  test('a process is given no secret that it has no use for', () => {
    expect(settingsAt('gateway').secret).toEqual([
      'DATABASE_URL',
      'REDIS_URL',
      'JIT_BASIC_AUTH_PASSWORD',
      'JIT_BASIC_AUTH_PASSWORD_NEXT',
      'JIT_HEADER_VALUE',
    ]);
    expect(settingsAt('relay').secret).toEqual(['DATABASE_URL', 'RABBITMQ_URL']);
    expect(settingsAt('migrate').secret).toEqual(['DATABASE_URL']);
  });

  test('what the chart decides cannot be set', () => {
    for (const of of CHART_PROCESSES) {
      const { plain, secret } = settingsOf(of);
      for (const name of [...Object.keys(of.fixed), 'DATA_FOLDER']) expect([...plain, ...secret]).not.toContain(name);
    }
  });
});
