import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { EXAMPLE_ENV, readComposeFile, type Variables } from './compose-file.ts';
import { ROOT } from './image/build-context.ts';

// Reading the file needs docker's compose and no engine. TEST_DOCKER_COMPOSE names a binary of it that is not a plugin.
const named = process.env['TEST_DOCKER_COMPOSE'];
const program = named === undefined ? ['docker', 'compose'] : [named];
const [file = '', ...before] = program;
const isThere = spawnSync(file, [...before, 'version']).status === 0;

const folder = mkdtempSync(join(tmpdir(), 'freeway-compose-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What docker compose makes of the file, or its complaint. */
function config(variables: Variables): { services: Record<string, { environment?: Record<string, string | null> }> } {
  const envFile = join(folder, 'env');
  writeFileSync(
    envFile,
    Object.entries(variables)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
  const args = [...before, '--file', join(ROOT, 'docker-compose.yml'), '--env-file', envFile, '--profile', '*'];
  const options = {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '' },
    stdio: 'pipe',
    maxBuffer: 1e8,
  } as const;
  return JSON.parse(execFileSync(file, [...args, 'config', '--format', 'json'], options)) as ReturnType<typeof config>;
}

describe.skipIf(!isThere)('docker compose itself', () => {
  test('reads every service as these tests do', () => {
    const variables = { ...EXAMPLE_ENV, LOG_LEVEL: 'debug', LEDGER_UNAVAILABLE: 'decline' };
    const theirs = config(variables).services;
    const ours = readComposeFile(variables).services;
    expect(Object.keys(theirs).toSorted()).toEqual(Object.keys(ours).toSorted());
    for (const [name, service] of Object.entries(ours)) {
      const environment = Object.entries(service.environment ?? {}).map(([key, value]) => [
        key,
        value ?? (variables as Variables)[key] ?? null,
      ]);
      expect(theirs[name]?.environment ?? {}, name).toEqual(Object.fromEntries(environment));
    }
  });

  test('refuses it without the user names, and says which', () => {
    expect(() => config({})).toThrow(/(JIT|WEBHOOK)_BASIC_AUTH_USERNAME is missing a value: is missing in .env/);
  });
});
