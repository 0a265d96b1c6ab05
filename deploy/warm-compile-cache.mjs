// node deploy/warm-compile-cache.mjs, while the image is built: loads every module that a process loads when it starts, so
// that Node writes what it compiled to NODE_COMPILE_CACHE. A container then starts without compiling anything.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const PACKAGES = new URL('../packages/', import.meta.url);

for (const name of readdirSync(PACKAGES)) {
  await import(new URL(`${name}/src/index.ts`, PACKAGES).href);
}
await import(new URL('cli/src/program.ts', PACKAGES).href);
await importWhatIsLoadedLater('postgres', 'pg-boss');

/** A dependency that its package imports only once it is needed. */
async function importWhatIsLoadedLater(packageName, dependency) {
  const manifest = new URL(`${packageName}/package.json`, PACKAGES);
  if (!(dependency in JSON.parse(readFileSync(manifest, 'utf8')).dependencies)) {
    throw new Error(`${packageName} no longer depends on ${dependency}`);
  }
  await import(pathToFileURL(createRequire(manifest).resolve(dependency)).href);
}
