import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

interface Ignore {
  add(patterns: string): Ignore;
  filter(paths: string[]): string[];
  ignores(path: string): boolean;
}

// Its types describe an ES module, and it is none.
const dockerignore = createRequire(import.meta.url)('@balena/dockerignore') as () => Ignore;

const NEVER_ENTERED = new Set(['node_modules', '.git', '.freeway']);

/** Files of the repository, from its top, that the builder is given: those that .dockerignore leaves. */
export function buildContext(): readonly string[] {
  const ignored = dockerignore().add(readFileSync(join(ROOT, '.dockerignore'), 'utf8'));
  return ignored.filter(filesUnder(''));
}

/** node_modules, the history and our own data are not even listed: .dockerignore is asked about them apart. */
function filesUnder(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return NEVER_ENTERED.has(entry.name) ? [] : filesUnder(path);
    return [path];
  });
}

export const isLeftOut = (path: string): boolean =>
  dockerignore()
    .add(readFileSync(join(ROOT, '.dockerignore'), 'utf8'))
    .ignores(path);
