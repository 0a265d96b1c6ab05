import type { Postgres } from '../connect.ts';
import { DRIFT_KINDS, type DriftKind } from './agreement.ts';

/** Where the platform's word and ours differ, for one account and kind (money.md *agreement*). */
export interface Drift {
  readonly kind: DriftKind;
  /** `settling`: so young that what is on its way may explain it. */
  readonly state: 'settling' | 'lasting';
  readonly account?: { readonly accountId: string; readonly ownerKind: string; readonly ownerToken: string };
  readonly currency: string;
  readonly newest: ComparedWords;
  /** Where it first differed. */
  readonly first: ComparedWords;
  readonly times: number;
  readonly since: Date;
  readonly seenAt: Date;
}

/** Minor units, or words where it is about an answer. */
export interface ComparedWords {
  readonly transactionToken: string;
  readonly ours: string;
  readonly theirs: string;
}

/** Records of one chain take this long to arrive, and ours may be in different order; an answer differs or does not. */
const SETTLING = "d.kind = 'holds' and d.since > now() - interval '1 minute'";

/** All of it, the oldest first. */
export async function readDrift(postgres: Postgres): Promise<readonly Drift[]> {
  const rows = await postgres.query(
    'drift.read',
    (sql) => sql`
      select d.*, a.owner_kind, a.owner_token, ${sql.unsafe(SETTLING)} as settling from drift d
        left join accounts a on a.account_id = d.account_id order by d.since, d.account_id, d.kind`,
  );
  return rows.map((row) => ({
    kind: row['kind'],
    state: row['settling'] ? 'settling' : 'lasting',
    ...(row['owner_kind'] === null
      ? {}
      : { account: { accountId: row['account_id'], ownerKind: row['owner_kind'], ownerToken: row['owner_token'] } }),
    currency: row['currency'],
    newest: { transactionToken: row['transaction_token'], ours: row['ours'], theirs: row['theirs'] },
    first: {
      transactionToken: row['first_transaction_token'],
      ours: row['first_ours'],
      theirs: row['first_theirs'],
    },
    times: row['times'],
    since: row['since'],
    seenAt: row['seen_at'],
  }));
}

/** How many accounts differ lastingly, by kind: for a metric, and its alarm. */
export async function countDrift(postgres: Postgres): Promise<Readonly<Record<DriftKind, number>>> {
  const rows = await postgres.query(
    'drift.count',
    (sql) =>
      sql`select d.kind, count(*)::integer as count from drift d where not (${sql.unsafe(SETTLING)}) group by d.kind`,
  );
  const counts = Object.fromEntries(DRIFT_KINDS.map((kind) => [kind, 0])) as Record<DriftKind, number>;
  for (const row of rows) counts[row['kind'] as DriftKind] = row['count'] as number;
  return counts;
}
