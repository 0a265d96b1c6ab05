import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { envExample } from '@freeway/runtime';
import { describe, expect, test } from 'vitest';
import { catalogOf, catalogProblems, versionProblems } from '../house-rules/catalog.ts';
import { purityProblems } from '../house-rules/core-purity.ts';
import { shapeProblems, silencedTestProblems, syntaxProblems } from '../house-rules/file-shape.ts';
import { IMPORT_TABLE, importProblems, type Manifest, manifestProblems } from '../house-rules/import-table.ts';
import { readSourceFiles, type SourceFile } from '../house-rules/source-file.ts';
import { wireWordProblems } from '../house-rules/wire-words.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

const CODE = ['packages', 'bench', 'deploy', 'scripts'].flatMap((folder) =>
  readSourceFiles(ROOT, folder, ['.ts', '.mjs', '.sql']),
);
const MANIFESTS = ['packages', 'bench', 'deploy']
  .flatMap((folder) => readSourceFiles(ROOT, folder, ['package.json']))
  .map(({ text }) => JSON.parse(text) as Manifest);

/** Each problem with its file: what a failing rule prints. */
const problemsIn = (files: readonly SourceFile[], rule: (file: SourceFile) => string[]): string[] =>
  files.flatMap((file) => rule(file).map((problem) => `${file.path}: ${problem}`));

const file = (path: string, text: string): SourceFile => ({ path, text });

test('looks at the whole repository', () => {
  const paths = CODE.map(({ path }) => path);
  expect(paths).toContain('packages/core/src/decide.ts');
  expect(paths).toContain('scripts/bootstrap.mjs');
  expect(paths.filter((path) => path.includes('node_modules'))).toEqual([]);
  expect(MANIFESTS.map(({ name }) => name)).toContain('@freeway/core');
  expect(MANIFESTS.map(({ name }) => name)).toContain('@freeway/bench');
});

describe('who may import whom', () => {
  test('every manifest keeps to the table', () => {
    expect(MANIFESTS.flatMap(manifestProblems)).toEqual([]);
  });

  test('every import keeps to the table', () => {
    expect(problemsIn(CODE, importProblems)).toEqual([]);
  });

  const ADAPTERS = ['marqeta', 'postgres', 'redis', 'rabbitmq', 'mongodb'];

  test.each(ADAPTERS)('%s, an adapter, knows core and no other adapter', (name) => {
    expect(IMPORT_TABLE[name]).toEqual(['core']);
  });

  test.each(['rabbitmq', 'mongodb'])('the gateway does not know %s', (name) => {
    expect(IMPORT_TABLE['gateway']).not.toContain(name);
  });

  test.each(['simulator', 'bench'])('%s does not know our wire code or our core: proof is not circular', (name) => {
    expect(IMPORT_TABLE[name]).toEqual(['runtime']);
  });

  test.each<[string, Manifest, string]>([
    [
      'an adapter on another',
      { name: '@freeway/redis', dependencies: { '@freeway/postgres': 'workspace:*' } },
      'redis depends on postgres',
    ],
    [
      'core on anything',
      { name: '@freeway/core', dependencies: { '@freeway/runtime': 'workspace:*' } },
      'core depends on runtime',
    ],
    [
      'code on the testkit',
      { name: '@freeway/cli', dependencies: { '@freeway/testkit': 'workspace:*' } },
      'cli depends on testkit',
    ],
    [
      'an option',
      { name: '@freeway/gateway', optionalDependencies: { '@freeway/mongodb': '1' } },
      'gateway depends on mongodb',
    ],
    [
      'a test on a stranger',
      { name: '@freeway/core', devDependencies: { '@freeway/redis': '1' } },
      'the tests of core depend on redis',
    ],
    ['a package nobody planned', { name: '@freeway/extras' }, 'extras is not in the import table'],
  ])('finds a dependency of %s', (_, manifest, problem) => {
    expect(manifestProblems(manifest)).toEqual([problem]);
  });

  test('lets tests depend on the testkit', () => {
    expect(manifestProblems({ name: '@freeway/redis', devDependencies: { '@freeway/testkit': '1' } })).toEqual([]);
  });

  test.each([
    ['packages/redis/src/cache.ts', `import { connect } from '@freeway/postgres';`, 'redis may not import postgres'],
    ['packages/redis/src/cache.ts', `export * from "@freeway/mongodb";`, 'redis may not import mongodb'],
    ['packages/gateway/src/main.ts', `const q = await import('@freeway/rabbitmq');`, 'gateway may not import rabbitmq'],
    ['packages/cli/src/seed.ts', `import type { A } from '@freeway/testkit';`, 'cli may not import testkit'],
    ['bench/src/client.ts', `import '@freeway/marqeta';`, 'bench may not import marqeta'],
    [
      'packages/cli/src/a.ts',
      `import { x } from '../../core/src/decide.ts';`,
      'reaches out of its package: ../../core/src/decide.ts',
    ],
    ['packages/core/test/a.test.ts', `import { x } from '@freeway/redis';`, 'core may not import redis'],
  ])('finds an import in %s: %s', (path, text, problem) => {
    expect(importProblems(file(path, text))).toEqual([problem]);
  });

  test.each([
    ['packages/redis/src/cache.ts', `import { Fault } from '@freeway/core'; import { Redis } from 'ioredis';`],
    ['packages/redis/test/cache.test.ts', `import { account } from '@freeway/testkit'; import '../src/cache.ts';`],
    ['packages/redis/src/cache.ts', `// unlike import { x } from '@freeway/postgres'`],
  ])('lets pass in %s: %s', (path, text) => {
    expect(importProblems(file(path, text))).toEqual([]);
  });
});

describe("Marqeta's words", () => {
  test('stay in the packages that speak the wire', () => {
    expect(problemsIn(CODE, wireWordProblems)).toEqual([]);
  });

  test.each([
    `const method = 'pgfs.authorization';`,
    `body.gpa_order_unload`,
    "sql`select body->>'jit_funding'`",
    `{ decline_reason: 'INVALID_AMOUNT' }`,
    `request.card_acceptor.mcc`,
    `funding.user_token`,
    `funding['business_token']`,
  ])('are found in code: %s', (text) => {
    expect(wireWordProblems(file('packages/gateway/src/route.ts', text))).toHaveLength(1);
  });

  test.each([
    ['packages/marqeta/src/encode.ts', `'pgfs.authorization'`],
    ['packages/simulator/src/requests.ts', `jit_funding`],
    ['packages/gateway/test/route.test.ts', `jit_funding`],
    ['packages/core/src/decline-reason.ts', `/** Becomes a decline_reason in marqeta. */`],
    ['packages/workers/src/metrics.ts', `'freeway_jit_funding_messages_total', acting_user_token`],
  ])('may be in %s: %s', (path, text) => {
    expect(wireWordProblems(file(path, text))).toEqual([]);
  });
});

describe('core', () => {
  test('is pure', () => {
    expect(problemsIn(CODE, purityProblems)).toEqual([]);
  });

  test.each([
    'const now = Date.now();',
    'const now = new Date();',
    'const now = new Date;',
    'Math.random()',
    'performance.now()',
    `process.env['X']`,
    'crypto.randomUUID()',
    `await fetch('http://127.0.0.1')`,
    'setTimeout(f, 1)',
    'setInterval(f, 1)',
    'console.log(1)',
    'globalThis.x',
    `import { readFileSync } from 'node:fs';`,
    `import { LRUCache } from 'lru-cache';`,
    `const fs = await import('node:fs');`,
  ])('would not be with: %s', (text) => {
    expect(purityProblems(file('packages/core/src/decide.ts', text))).toHaveLength(1);
  });

  test('may convert a given time and import its own files', () => {
    const text = `import { a } from './a.ts';\nconst day = new Date(request.createdAtMs); // not Date.now()`;
    expect(purityProblems(file('packages/core/src/windows.ts', text))).toEqual([]);
  });
});

describe('files', () => {
  test('are named after what is in them, and short', () => {
    expect(problemsIn(CODE, shapeProblems)).toEqual([]);
  });

  test.each([
    ['packages/core/src/Money.ts', 'is not in kebab-case'],
    ['packages/core/src/card_fact.ts', 'is not in kebab-case'],
    ['packages/core/src/utils.ts', 'has a name that says nothing: utils'],
    ['packages/core/src/card-helper.ts', 'has a name that says nothing: helper'],
    ['packages/core/src/card-manager.ts', 'has a name that says nothing: manager'],
    ['packages/core/src/ledger-service.ts', 'has a name that says nothing: service'],
    ['packages/core/src/common.ts', 'has a name that says nothing: common'],
    ['packages/core/src/event-processor.ts', 'has a name that says nothing: processor'],
    ['packages/core/test/test.helpers.ts', 'has a name that says nothing: helpers'],
  ])('%s %s', (path, problem) => {
    expect(shapeProblems(file(path, ''))).toEqual([problem]);
  });

  test.each([
    'packages/core/src/windows.ts',
    'packages/core/test/decide.property.test.ts',
    'scripts/bootstrap.mjs',
    'packages/postgres/migrations/0001_ledger.sql',
  ])('may be called %s', (path) => {
    expect(shapeProblems(file(path, ''))).toEqual([]);
  });

  test('have at most 300 lines, tables of tests excepted', () => {
    expect(shapeProblems(file('packages/core/src/a.ts', 'x\n'.repeat(300)))).toEqual([]);
    expect(shapeProblems(file('packages/core/src/a.ts', 'x\n'.repeat(301)))).toEqual(['has 301 lines, more than 300']);
    expect(shapeProblems(file('packages/core/test/a.test.ts', 'x\n'.repeat(301)))).toEqual([]);
  });
});

describe('TypeScript', () => {
  test('is what Node can strip', () => {
    expect(problemsIn(CODE, syntaxProblems)).toEqual([]);
  });

  test.each(['enum State { Open }', 'export enum State {}', 'export const enum State {}', 'declare namespace A {}'])(
    'is not: %s',
    (text) => {
      expect(syntaxProblems(file('packages/core/src/a.ts', text))).toHaveLength(1);
    },
  );

  test('may say enum in prose and in names', () => {
    expect(syntaxProblems(file('packages/core/src/a.ts', '// an enum State\nconst enumerated = "enum x";'))).toEqual(
      [],
    );
  });
});

describe('tests', () => {
  test('all run', () => {
    expect(problemsIn(CODE, silencedTestProblems)).toEqual([]);
  });

  // Written in two parts, or this file would break the rule.
  test.each(['skip', 'only', 'todo', 'fails'])('do not when silenced with .%s', (word) => {
    const path = 'packages/core/test/a.test.ts';
    expect(silencedTestProblems(file(path, `test${'.'}${word}('x', () => {});`))).toHaveLength(1);
    expect(silencedTestProblems(file(path, `describe.concurrent${'.'}${word}('x', () => {});`))).toHaveLength(1);
  });

  test('may be left out when their service is not there', () => {
    const text = `describe.skipIf(!process.env['TEST_REDIS_URL'])('cache', () => {});`;
    expect(silencedTestProblems(file('packages/redis/test/a.test.ts', text))).toEqual([]);
  });
});

describe('versions', () => {
  test('are exact, and stand in one catalog', () => {
    expect(catalogOf(read('pnpm-workspace.yaml')).get('fastify')).toMatch(/^\d/);
    expect(catalogProblems(read('pnpm-workspace.yaml'))).toEqual([]);
    expect([...MANIFESTS, JSON.parse(read('package.json')) as Manifest].flatMap(versionProblems)).toEqual([]);
  });

  test.each(['^5.0.0', '~5.0.0', '5', '5.x', 'latest', '>=5.0.0'])('would not be with %s', (version) => {
    const workspaceFile = `packages:\n  - packages/*\n\ncatalog:\n  '@a/b': 1.0.0\n  fastify: ${version}\n\nother: ^1\n`;
    expect(catalogProblems(workspaceFile)).toEqual([`fastify is not at an exact version: ${version}`]);
  });

  test('are not in a manifest', () => {
    const manifest = {
      name: '@freeway/a',
      dependencies: { pino: '10.4.0', '@freeway/core': '^1.0.0', undici: 'catalog:' },
    };
    expect(versionProblems(manifest)).toEqual([
      '@freeway/a asks for pino 10.4.0',
      '@freeway/a asks for @freeway/core ^1.0.0',
    ]);
  });
});

test('.env.example equals the catalogue of settings', () => {
  expect(read('.env.example')).toBe(envExample());
});
