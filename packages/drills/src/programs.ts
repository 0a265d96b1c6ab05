import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Program } from './drill.ts';

/** Where a program is; undefined when it is nowhere. */
export function findProgram({ places }: Program): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return places
    .flatMap((place) => (place.includes('/') ? [place] : folders.map((folder) => join(folder, place))))
    .find(isExecutable);
}

/** Throws: what a drill needs is looked for before it begins. */
export function programOf(program: Program): string {
  const found = findProgram(program);
  if (found === undefined) throw new Error(`${program.places[0]} is missing: ${installCommand([program])}`);
  return found;
}

export const missingPrograms = (programs: readonly Program[]): readonly Program[] =>
  programs.filter((program) => findProgram(program) === undefined);

export function installCommand(programs: readonly Program[]): string {
  const packages = [...new Set(programs.map(({ debianPackage }) => debianPackage))];
  return `apt-get install --no-install-recommends ${packages.join(' ')}`;
}

const SERVERS = '/usr/lib/postgresql';

/** A program of Debian's newest PostgreSQL server, whose folder is not on PATH. */
export function postgresProgram(name: string): Program {
  const versions = listFolder(SERVERS).toSorted((a, b) => Number(b) - Number(a));
  return {
    places: [...versions.map((version) => join(SERVERS, version, 'bin', name)), name],
    debianPackage: 'postgresql',
  };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function listFolder(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
