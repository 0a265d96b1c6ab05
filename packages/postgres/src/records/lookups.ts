import type { Postgres } from '../connect.ts';

/** The platform knows the transaction: whatever was heard before counts for nothing. Asked again no earlier than told. */
export async function rememberFound(postgres: Postgres, transactionToken: string, againInMs: number): Promise<void> {
  await postgres.query(
    'lookups.found',
    (sql) => sql`
      insert into lookups (transaction_token, next_at) values (${transactionToken}, now() + ${milliseconds(againInMs)}::interval)
        on conflict (transaction_token) do update set times_not_found = 0, first_not_found_at = null, last_not_found_at = null,
          looked_up_at = now(), next_at = excluded.next_at`,
  );
}

export interface NotFound {
  readonly transactionToken: string;
  /** Whether the answer is evidence (money.md *doubt*). */
  readonly counts: boolean;
  /** Asked again no earlier than this. */
  readonly againInMs: number;
  /** What comes sooner after one that counted is the same answer once more, and does not count again. */
  readonly apartMs: number;
}

/** Returns how often an answer that counts has said so. */
export async function rememberNotFound(postgres: Postgres, answer: NotFound): Promise<number> {
  const { transactionToken, counts, againInMs, apartMs } = answer;
  const [row] = await postgres.query(
    'lookups.not_found',
    (sql) => sql`
      insert into lookups as l (transaction_token, times_not_found, first_not_found_at, last_not_found_at, next_at)
        values (${transactionToken}, ${counts ? 1 : 0}, case when ${counts} then now() end, case when ${counts} then now() end,
                now() + ${milliseconds(againInMs)}::interval)
        on conflict (transaction_token) do update set
          times_not_found = l.times_not_found
            + case when l.last_not_found_at > now() - ${milliseconds(apartMs)}::interval then 0 else excluded.times_not_found end,
          first_not_found_at = coalesce(l.first_not_found_at, excluded.first_not_found_at),
          last_not_found_at = case when l.last_not_found_at > now() - ${milliseconds(apartMs)}::interval then l.last_not_found_at
            else coalesce(excluded.last_not_found_at, l.last_not_found_at) end,
          looked_up_at = now(), next_at = excluded.next_at
        returning times_not_found`,
  );
  return row?.['times_not_found'] as number;
}

/** Forgets what was asked about approvals that are in doubt no longer. Returns how many. */
export async function forgetLookups(postgres: Postgres): Promise<number> {
  const rows = await postgres.query(
    'lookups.forget',
    (sql) => sql`
      delete from lookups l where not exists (
          select from decisions d where d.transaction_token = l.transaction_token and d.approved and not d.confirmed)
        returning 1`,
  );
  return rows.length;
}

function milliseconds(ms: number): string {
  return `${ms} milliseconds`;
}
