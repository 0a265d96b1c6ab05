import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { BenchWorld } from './bench-world.ts';
import { programmeLines } from './programme.ts';

export async function importProgramme(users: number, { freeway, folder, signal, say }: BenchWorld): Promise<void> {
  say(`importing ${users} users, each with an account, a card and two limits`);
  const file = join(folder, 'programme.ndjson');
  const lines = function* lines() {
    for (const line of programmeLines(users)) yield `${line}\n`;
  };
  await pipeline(Readable.from(lines()), createWriteStream(file));
  await freeway.run(['import', file], signal);
}
