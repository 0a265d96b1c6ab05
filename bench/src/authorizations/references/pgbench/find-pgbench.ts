import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const DEBIAN = '/usr/lib/postgresql';

/** Of PATH, else the newest of Debian's, whose folders are not on it; undefined where it is not installed. */
export function findPgbench(path: string = process.env['PATH'] ?? '', debian: string = DEBIAN): string | undefined {
  const folders = [...path.split(delimiter).filter((folder) => folder !== ''), ...debianFolders(debian)];
  return folders.map((folder) => join(folder, 'pgbench')).find(isExecutable);
}

function debianFolders(debian: string): readonly string[] {
  try {
    const versions = readdirSync(debian).toSorted((one, other) => Number(other) - Number(one));
    return versions.map((version) => join(debian, version, 'bin'));
  } catch {
    return [];
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
