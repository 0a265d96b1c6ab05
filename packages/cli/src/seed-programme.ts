import { importRecords, type ImportOptions, type ImportOutcome, type Postgres } from '@freeway/postgres';
import { importRecords as recordsOf, type Programme } from '@freeway/simulator';

export interface SeedOptions extends Pick<ImportOptions, 'actor' | 'onProgress' | 'onChanged'> {
  readonly programme: Programme;
  readonly name: string;
}

export type SeedOutcome = ImportOutcome | { readonly status: 'seeded_before' };

/** Imports a demo programme, unless its last record is there: then all of it is, since records come in that order. */
export async function seedProgramme(
  postgres: Postgres,
  { programme, name, ...options }: SeedOptions,
): Promise<SeedOutcome> {
  const last = programme.limits.at(-1)?.token ?? '';
  const [found] = await postgres.query('seed.find', (sql) => sql`select from limits where token = ${last}`);
  if (found !== undefined) return { status: 'seeded_before' };
  const lines = function* lines() {
    let line = 0;
    for (const content of recordsOf(programme)) yield { line: ++line, content };
  };
  return importRecords(postgres, lines, { ...options, source: name });
}
