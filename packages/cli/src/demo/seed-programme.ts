import { importRecords, type Postgres } from '@freeway/postgres';
import { importRecords as programmeRecords, type Programme } from '@freeway/simulator';

export interface SeedReport {
  readonly status: 'seeded' | 'already_there';
  readonly records: number;
}

/**
 * Imports a programme by the operator's own verb. The records are written in order, limits last: where the last limit
 * is, everything is.
 * @throws Error when the import refuses, with its first reasons
 */
export async function seedProgramme(
  postgres: Postgres,
  programme: Programme,
  onProgress: (done: number, total: number) => void,
): Promise<SeedReport> {
  const last = programme.limits.at(-1)?.token ?? '';
  const [there] = await postgres.sql`select 1 from limits where token = ${last}`;
  if (there !== undefined) return { status: 'already_there', records: 0 };
  const outcome = await importRecords(postgres, () => numbered(programmeRecords(programme)), {
    actor: 'freeway seed',
    source: 'demo programme',
    onProgress: ({ phase, done, total }) => phase === 'write' && onProgress(done, total ?? done),
  });
  if (outcome.status !== 'refused') return { status: 'seeded', records: outcome.lines };
  const reasons = outcome.faults.slice(0, 3).map(({ line, message }) => `record ${line}: ${message}`);
  throw new Error(`the demo programme does not fit this ledger: ${reasons.join('; ')}`);
}

function* numbered(records: Iterable<object>) {
  let line = 0;
  for (const content of records) yield { line: ++line, content };
}
