import type { TransactionSql } from 'postgres';

/** How to tell which archived elements the ledger must know; the words of the platform are not known here. */
export interface WebhookCheck {
  /** The record that an archived element is, or undefined where the ledger was not to be asked. */
  readonly recordOf: (element: string) => ArchivedRecord | undefined;
  /** The queues are in this database: what is on none of them is nowhere. */
  readonly queuesAreHere: boolean;
}

export interface ArchivedRecord {
  readonly transactionToken: string;
  readonly type: string;
  readonly state: string;
}

type Row = Readonly<Record<string, unknown>>;

/**
 * Every accepted webhook was applied, archived, or is in a dead-letter queue (money.md *nobody's money*), as far as that can be
 * known from this database. A webhook becomes elements; each is archived once its record was put on a queue, so an archived
 * record that the ledger does not know must be there still. What was accepted and has not been taken apart yet waits in
 * `stored_webhooks` or on a queue, and is counted.
 */
export async function checkWebhooks(
  sql: TransactionSql,
  check: WebhookCheck | undefined,
): Promise<{ readonly violations: readonly Row[]; readonly listed: readonly Row[] }> {
  const hasQueues = await areQueuesHere(sql);
  const waiting = [...(await readStored(sql)), ...(hasQueues ? await readQueued(sql) : [])];
  if (check === undefined) return { violations: [], listed: waiting };
  const missing = await readMissing(sql, check);
  const queued = hasQueues ? await idsOnQueues(sql, missing) : new Set<string>();
  const discarded = await readDiscarded(sql);
  const violations: Row[] = [];
  const listed: Row[] = [...waiting];
  for (const each of missing) {
    if (queued.has(each.id)) continue;
    const row = { message_id: each.id, transaction_token: each.transactionToken, type: each.type, state: each.state };
    if (discarded.ids.has(each.id)) listed.push({ kind: 'discarded by an operator', ...row });
    else if (check.queuesAreHere && !discarded.isIncomplete)
      violations.push({ kind: 'archived and not applied', ...row });
    else listed.push({ kind: 'archived and not applied: perhaps on a queue that is not here, or discarded', ...row });
  }
  return { violations, listed };
}

async function areQueuesHere(sql: TransactionSql): Promise<boolean> {
  const [row] = await sql`select to_regclass('queue.job') is not null as here`;
  return row?.['here'] === true;
}

async function readStored(sql: TransactionSql): Promise<readonly Row[]> {
  return sql`
    select 'stored until the broker takes it' as kind, count(*)::integer as webhooks, min(stored_at) as oldest_at
      from stored_webhooks having count(*) > 0`;
}

async function readQueued(sql: TransactionSql): Promise<readonly Row[]> {
  return sql`
    select case when name like '%-dlq' then 'dead' else 'on a queue' end as kind, name as queue, count(*)::integer as messages,
           min(created_on) as oldest_at
      from queue.job where state < 'completed' and name ~ '(webhook|transaction-processing)-(queue|dlq)$' group by name order by 1, 2`;
}

interface MissingRecord extends ArchivedRecord {
  readonly id: string;
}

/** One after the other: the archive may be large, and what the ledger does not know of it is mostly what moves no money. */
async function readMissing(sql: TransactionSql, { recordOf }: WebhookCheck): Promise<readonly MissingRecord[]> {
  const candidates: MissingRecord[] = [];
  // Text with \u0000 cannot be taken out of JSON here; it is looked at like what is missing.
  const archived = sql<{ id: string; element: string }[]>`
    select m.id, m.element
      from (select id, transaction_token, content->>'element' as element from archive_messages
              where content->>'key' = 'transactions' and transaction_token is not null) m
      where case when position('\\u0000' in m.element) > 0 then true
        else not exists (select from records r where r.transaction_token = m.transaction_token
          and r.type = m.element::json->>'type' and r.state = upper(m.element::json->>'state')) end
      order by m.id`;
  for await (const rows of archived.cursor(500))
    for (const { id, element } of rows) {
      const record = recordOf(element);
      if (record !== undefined) candidates.push({ id, ...record });
    }
  const known = await sql`
    select c.nth from unnest(${candidates.map((each) => each.transactionToken)}::text[], ${candidates.map((each) => each.type)}::text[],
        ${candidates.map((each) => each.state)}::text[]) with ordinality as c (transaction_token, type, state, nth)
      where exists (select from records r
        where r.transaction_token = c.transaction_token and r.type = c.type and r.state = c.state)`;
  const found = new Set(known.map((row) => Number(row['nth']) - 1));
  return candidates.filter((_, index) => !found.has(index));
}

async function idsOnQueues(sql: TransactionSql, missing: readonly MissingRecord[]): Promise<ReadonlySet<string>> {
  if (missing.length === 0) return new Set();
  const rows = await sql`
    select distinct data->>'id' as id from queue.job
      where state < 'completed' and data->>'id' = any (${missing.map(({ id }) => id)}::text[])`;
  return new Set(rows.map((row) => row['id'] as string));
}

/** Dead letters that an operator has discarded; the audit names only so many of them. */
async function readDiscarded(
  sql: TransactionSql,
): Promise<{ readonly ids: ReadonlySet<string>; readonly isIncomplete: boolean }> {
  const rows = await sql`
    select detail->'ids' as ids, coalesce((detail->>'ids_left_out')::integer, (detail->>'done')::integer, 0) as left_out
      from audit_records where verb = 'dlq_discard' and subject like '%transaction-processing-dlq'
        and detail->>'phase' in ('finished', 'failed')`;
  return {
    ids: new Set(rows.flatMap((row) => (row['ids'] as string[] | null) ?? [])),
    isIncomplete: rows.some((row) => row['left_out'] > 0),
  };
}
