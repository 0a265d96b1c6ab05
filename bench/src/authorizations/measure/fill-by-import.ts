import type { BenchWorld } from '../../bench-world.ts';
import { importProgramme } from '../../import-programme.ts';
import { programmeLines } from '../workload/programme-lines.ts';

/** As an operator would: with the command, and a file. */
export function fillByImport(users: number): (world: BenchWorld) => Promise<void> {
  return (world) => importProgramme(users, world, programmeLines);
}
