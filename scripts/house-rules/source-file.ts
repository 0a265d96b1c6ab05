import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** One text file of the repository; `path` is from its top, with forward slashes. */
export type SourceFile = { readonly path: string; readonly text: string };

const SKIPPED_FOLDERS = new Set(['node_modules', '.freeway', '.git', 'coverage']);

/** Every file under `folder` (from the top of the repository) whose name ends in one of `endings`. */
export function readSourceFiles(root: string, folder: string, endings: readonly string[]): SourceFile[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED_FOLDERS.has(entry.name) ? [] : readSourceFiles(root, path, endings);
    if (!endings.some((ending) => entry.name.endsWith(ending))) return [];
    return [{ path: relative('.', path).split(sep).join('/'), text: readFileSync(join(root, path), 'utf8') }];
  });
}

const STRINGS_AND_COMMENTS =
  /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`)|\/\*[\s\S]*?\*\/|\/\/.*/g;

/** Comments may name what the code may not touch. */
export const withoutComments = (text: string): string => text.replace(STRINGS_AND_COMMENTS, '$1');

/** The package of a file, `core` for `packages/core/src/money.ts`; undefined outside packages. */
export const packageOf = (path: string): string | undefined =>
  /^(?:packages\/)?([\w-]+)\/(?:src|test)\//.exec(path)?.[1];

export const isTest = (path: string): boolean => /(^|\/)test\//.test(path);
