import type { Postgres } from './connect.ts';

/** A webhook as it waits for the broker. */
export interface StoredWebhook {
  /** UUID; the id of the message that it becomes. */
  readonly id: string;
  /** JSON, as it came. */
  readonly body: string;
}

/** Durable once it resolves. The same id again changes nothing: what may have been stored can be stored again. */
export async function storeWebhooks(postgres: Postgres, webhooks: readonly StoredWebhook[]): Promise<void> {
  await postgres.query(
    'stored_webhooks.store',
    (sql) => sql`
      insert into stored_webhooks (webhook_id, body)
        select * from unnest(${webhooks.map(({ id }) => id)}::uuid[], ${webhooks.map(({ body }) => body)}::text[])
        on conflict (webhook_id) do nothing`,
  );
}

/**
 * Hands the oldest webhooks to `publish` and deletes them once it has resolved; returns how many. When it rejects they
 * stay, in their order. Several may forward at once: each takes what no other has in hand.
 */
export async function forwardStoredWebhooks(
  postgres: Postgres,
  limit: number,
  publish: (webhooks: readonly StoredWebhook[]) => Promise<void>,
): Promise<number> {
  return postgres.query('stored_webhooks.forward', (sql) =>
    sql.begin(async (transaction) => {
      const rows = await transaction`
        select w.position::text as position, w.webhook_id::text as webhook_id, w.body from stored_webhooks w
          order by w.position limit ${limit} for update skip locked`;
      if (rows.length === 0) return 0;
      await publish(rows.map((row) => ({ id: row['webhook_id'], body: row['body'] })));
      const positions = rows.map((row) => row['position'] as string);
      await transaction`delete from stored_webhooks where position = any(${positions}::bigint[])`;
      return rows.length;
    }),
  );
}

/** How many wait to be forwarded. */
export async function storedWebhookBacklog(postgres: Postgres): Promise<number> {
  const [row] = await postgres.query(
    'stored_webhooks.backlog',
    (sql) => sql`select count(*)::integer as rows from stored_webhooks`,
  );
  return row?.['rows'] as number;
}
