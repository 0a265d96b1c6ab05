import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { BenchWorld } from './bench-world.ts';
import { programmeLines } from './programme.ts';

/** `linesOf` makes the lines of an import file. */
export async function importProgramme(
  users: number,
  { freeway, folder, signal, say }: BenchWorld,
  linesOf: (users: number) => Iterable<string> = programmeLines,
): Promise<void> {
  say(`importing ${users} users, each with an account, a card and two limits`);
  const file = join(folder, 'programme.ndjson');
  const lines = function* lines() {
    for (const line of linesOf(users)) yield `${line}\n`;
  };
  await pipeline(Readable.from(lines()), createWriteStream(file));
  await freeway.run(['import', file], signal);
}
