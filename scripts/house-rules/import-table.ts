import { posix } from 'node:path';
import { isTest, packageOf, type SourceFile, withoutComments } from './source-file.ts';

const ANY = [
  'core',
  'marqeta',
  'postgres',
  'redis',
  'rabbitmq',
  'mongodb',
  'runtime',
  'gateway',
  'intake',
  'simulator',
];

/**
 * Who may import whom in this workspace. The adapters know core and never each other, and the gateway, the hot path,
 * knows neither RabbitMQ nor MongoDB. The simulator and the bench know nothing of our wire code: *proof is not
 * circular*.
 */
export const IMPORT_TABLE: Readonly<Record<string, readonly string[]>> = {
  core: [],
  marqeta: ['core'],
  postgres: ['core'],
  redis: ['core'],
  rabbitmq: ['core'],
  mongodb: ['core'],
  testkit: ['core'],
  runtime: [],
  gateway: ['core', 'marqeta', 'runtime', 'postgres', 'redis'],
  intake: ['core', 'marqeta', 'runtime', 'postgres', 'rabbitmq'],
  workers: ANY.filter((name) => name !== 'simulator'),
  cli: [...ANY, 'workers', 'drills'],
  simulator: ['runtime'],
  drills: ['core', 'postgres', 'simulator'],
  bench: ['runtime'],
  deploy: ['postgres', 'runtime'],
};

export type Manifest = {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
};

const SCOPE = '@freeway/';

/** What is wrong with the workspace dependencies of a package's manifest. */
export function manifestProblems(manifest: Manifest): string[] {
  const name = manifest.name.replace(SCOPE, '');
  const allowed = IMPORT_TABLE[name];
  if (allowed === undefined) return [`${name} is not in the import table`];
  const forbidden = (dependencies: Manifest['dependencies'], also: readonly string[]) =>
    Object.keys(dependencies ?? {})
      .filter((key) => key.startsWith(SCOPE))
      .map((key) => key.slice(SCOPE.length))
      .filter((key) => !allowed.includes(key) && !also.includes(key));
  return [
    ...forbidden(manifest.dependencies, []).map((other) => `${name} depends on ${other}`),
    ...forbidden(manifest.optionalDependencies, []).map((other) => `${name} depends on ${other}`),
    ...forbidden(manifest.devDependencies, ['testkit']).map((other) => `the tests of ${name} depend on ${other}`),
  ];
}

const SPECIFIER = /(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"]+)['"]/g;

/** Every module that the file imports, as it is written. */
export const importsOf = (text: string): string[] =>
  [...withoutComments(text).matchAll(SPECIFIER)].map((match) => match[1] ?? '');

/** What is wrong with the imports of a file in a package: the table, and never another package's files. */
export function importProblems(file: SourceFile): string[] {
  const own = packageOf(file.path);
  const allowed = own === undefined ? undefined : IMPORT_TABLE[own];
  if (own === undefined || allowed === undefined) return [];
  const home = file.path.slice(0, file.path.search(/(src|test)\//));
  const problemOf = (specifier: string): string | undefined => {
    if (specifier.startsWith('.')) {
      const target = posix.join(posix.dirname(file.path), specifier);
      return target.startsWith(home) ? undefined : `reaches out of its package: ${specifier}`;
    }
    const other = /^@freeway\/([\w-]+)/.exec(specifier)?.[1];
    if (other === undefined) return undefined;
    if (other === 'testkit' && isTest(file.path)) return undefined;
    return allowed.includes(other) || other === own ? undefined : `${own} may not import ${other}`;
  };
  return importsOf(file.text)
    .map(problemOf)
    .filter((problem) => problem !== undefined);
}
