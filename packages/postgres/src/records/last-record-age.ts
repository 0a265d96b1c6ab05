import type { Postgres } from '../connect.ts';

/** Milliseconds since the last record of the platform was applied; Infinity when none ever was. */
export async function lastRecordAgeMs(postgres: Postgres): Promise<number> {
  const [row] = await postgres.query(
    'records.last_age',
    (sql) => sql`
      select (extract(epoch from now() - received_at) * 1000)::float8 as age_ms from records
        where type not like 'freeway.%' order by record_id desc limit 1`,
  );
  return (row?.['age_ms'] as number | undefined) ?? Infinity;
}
