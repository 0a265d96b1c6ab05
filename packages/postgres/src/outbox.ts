import type { Postgres } from './connect.ts';

/** One fact that others must learn, with the decision as it stands now: one that was voided meanwhile reads as a decline. */
export interface OutboxRow {
  readonly position: OutboxPosition;
  readonly accountId: string;
  readonly decisionId: string;
  /** JSON. */
  readonly body: string;
  readonly createdAt: Date;
}

/** Commit order: transaction id, then sequence within it. Text, because both are 64 bits. */
export interface OutboxPosition {
  readonly xid: string;
  readonly seq: string;
}

export const OUTBOX_START: OutboxPosition = { xid: '0', seq: '0' };

/**
 * The next rows in commit order. Only rows of transactions older than every transaction still open: one that commits
 * late has a lower id than what is visible now, and reading past it would skip it for good (performance.md *Speed* 5).
 */
export async function readOutbox(
  postgres: Postgres,
  after: OutboxPosition,
  limit: number,
): Promise<readonly OutboxRow[]> {
  const rows = await postgres.query(
    'outbox.read',
    (sql) => sql`
      select o.xid::text as xid, o.seq::text as seq, o.account_id::text as account_id, o.decision_id::text as decision_id,
             o.created_at, (o.record::jsonb || jsonb_strip_nulls(jsonb_build_object(
               'decision_id', o.decision_id::text, 'account_id', nullif(o.account_id, 0)::text,
               'outcome', case when d.approved then 'approve' else 'decline' end, 'reason', d.reason, 'limit_id', d.limit_id,
               'effect', d.effect, 'transaction_token', d.transaction_token, 'message_token', d.message_token,
               'method', d.method, 'kind', d.kind, 'amount_minor', d.amount_minor::text, 'currency', d.currency,
               'chain_token', d.chain_token, 'card_token', d.card_token, 'decided_at', d.decided_at)))::text as body
        from outbox o join decisions d on d.account_id = o.account_id and d.decision_id = o.decision_id
        where o.xid < pg_snapshot_xmin(pg_current_snapshot())
          and (o.xid, o.seq) > (${after.xid}::xid8, ${after.seq}::bigint)
        order by o.xid, o.seq limit ${limit}`,
  );
  return rows.map((row) => ({
    position: { xid: row['xid'], seq: row['seq'] },
    accountId: row['account_id'],
    decisionId: row['decision_id'],
    body: row['body'],
    createdAt: row['created_at'],
  }));
}

export async function readRelayCursor(postgres: Postgres, relay: string): Promise<OutboxPosition> {
  const [row] = await postgres.query(
    'outbox.cursor',
    (sql) => sql`select xid::text as xid, seq::text as seq from relay_cursors where name = ${relay}`,
  );
  return row === undefined ? OUTBOX_START : { xid: row['xid'], seq: row['seq'] };
}

/** Moves the cursor forward, never back: two relays at once publish twice at worst. */
export async function moveRelayCursor(postgres: Postgres, relay: string, to: OutboxPosition): Promise<void> {
  await postgres.query(
    'outbox.move_cursor',
    (sql) => sql`
      insert into relay_cursors as c (name, xid, seq) values (${relay}, ${to.xid}::xid8, ${to.seq}::bigint)
        on conflict (name) do update set xid = excluded.xid, seq = excluded.seq, moved_at = now()
        where (c.xid, c.seq) < (excluded.xid, excluded.seq)`,
  );
}

/** Rows not published yet; the queue depth that the relay works on. */
export async function outboxBacklog(postgres: Postgres, relay: string): Promise<number> {
  const { xid, seq } = await readRelayCursor(postgres, relay);
  const [row] = await postgres.query(
    'outbox.backlog',
    (sql) => sql`select count(*)::integer as rows from outbox where (xid, seq) > (${xid}::xid8, ${seq}::bigint)`,
  );
  return row?.['rows'] as number;
}

/** How long the oldest row has waited that is not published yet; 0 when none waits. */
export async function oldestOutboxAgeMs(postgres: Postgres, relay: string): Promise<number> {
  const { xid, seq } = await readRelayCursor(postgres, relay);
  const [row] = await postgres.query(
    'outbox.oldest',
    (sql) => sql`
      select greatest(0, extract(epoch from now() - created_at) * 1000)::float8 as age_ms from outbox
        where (xid, seq) > (${xid}::xid8, ${seq}::bigint) order by xid, seq limit 1`,
  );
  return (row?.['age_ms'] as number | undefined) ?? 0;
}

/**
 * Removes rows older than `retentionMs` that are published and sealed (seal/seal-block.ts), some at a time. Returns how many
 * went.
 */
export async function pruneOutbox(postgres: Postgres, relay: string, retentionMs: number): Promise<number> {
  const { xid, seq } = await readRelayCursor(postgres, relay);
  const rows = await postgres.query(
    'outbox.prune',
    (sql) => sql`
      delete from outbox where (xid, seq) in (
        select o.xid, o.seq from outbox o where (o.xid, o.seq) <= (${xid}::xid8, ${seq}::bigint)
          and (o.xid, o.seq) <= (select s.xid, s.seq from seal_blocks s order by s.block desc limit 1)
          and o.created_at < now() - ${`${retentionMs} milliseconds`}::interval order by o.xid, o.seq limit 5000)
        returning 1`,
  );
  return rows.length;
}
