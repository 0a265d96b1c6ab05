import type { Postgres } from './connect.ts';

/** Decisions older than so many are not looked for: records come seconds after them, and the outbox has no key by decision. */
const NEWEST = 5000;

/** Milliseconds that our gateway took until it began to commit, by decision, of those that are among the newest. */
export async function readOwnTimes(
  postgres: Postgres,
  decisionIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await postgres.query(
    'outbox.own_times',
    (sql) => sql`
      select o.decision_id::text as id,
             (select sum(s.value::float8) from jsonb_each_text(o.record::jsonb -> 'stages_ms') s) as own_ms
        from (select decision_id, record from outbox order by xid desc, seq desc limit ${NEWEST}) o
        where o.decision_id = any (${decisionIds as string[]}::bigint[])`,
  );
  return new Map(
    rows.flatMap((row) => (row['own_ms'] === null ? [] : [[row['id'] as string, row['own_ms'] as number]])),
  );
}
