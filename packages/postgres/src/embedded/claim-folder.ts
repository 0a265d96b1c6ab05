import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTimeOf } from './process-identity.ts';

/**
 * One live process per data folder; a file in it names that process by pid and start time. Returns what gives the
 * folder back. Throws when another live process has it.
 */
export function claimFolder(dataFolder: string): () => void {
  const file = join(dataFolder, 'owner.json');
  const release = () => rmSync(file, { force: true });
  for (;;) {
    try {
      writeFileSync(file, JSON.stringify({ pid: process.pid, startTime: startTimeOf(process.pid) }), { flag: 'wx' });
      return release;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const pid = claimantOf(dataFolder);
    if (pid !== undefined) {
      throw new Error(`${dataFolder} is in use by process ${pid}: stop that first, or set DATABASE_URL`);
    }
    release();
  }
}

/** The live process that has the folder. */
export function claimantOf(dataFolder: string): number | undefined {
  const owner = readOwner(join(dataFolder, 'owner.json'));
  return owner && startTimeOf(owner.pid) === owner.startTime ? owner.pid : undefined;
}

function readOwner(file: string): { pid: number; startTime: string } | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as { pid: number; startTime: string };
  } catch {
    // Torn by a crash, or given back this instant.
    return undefined;
  }
}
