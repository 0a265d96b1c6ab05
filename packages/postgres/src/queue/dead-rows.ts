import type { Db } from 'pg-boss';
import type { DeadRow } from './dead-letter.ts';
import { QUEUE_SCHEMA } from './queue-table.ts';

/** The rows of one dead-letter queue, the oldest first. */
export interface DeadRows {
  /** Of all that are there now. A letter that dies once more is another row. */
  ids(db: Db): Promise<readonly string[]>;
  /** Those of them that are still there. */
  read(db: Db, ids: readonly string[]): Promise<readonly DeadRow[]>;
  /** The same, for this transaction only. */
  lock(db: Db, ids: readonly string[]): Promise<readonly DeadRow[]>;
  remove(db: Db, rows: readonly DeadRow[]): Promise<void>;
}

const IDS = `select id from ${QUEUE_SCHEMA}.job where name = $1 and state < 'active' order by created_on, id`;

const READ = `select id, data, created_on as "createdOn", source_name is not null as "givenUp"
  from ${QUEUE_SCHEMA}.job where name = $1 and id = any($2::uuid[]) and state < 'active' order by created_on, id`;

const LOCK = `${READ} for update`;

const REMOVE = `delete from ${QUEUE_SCHEMA}.job where name = $1 and id = any($2::uuid[])`;

export function createDeadRows(name: string): DeadRows {
  return {
    ids: async (db) => (await db.executeSql(IDS, [name])).rows.map(({ id }: { id: string }) => id),
    read: async (db, ids) => (await db.executeSql(READ, [name, ids])).rows,
    lock: async (db, ids) => (await db.executeSql(LOCK, [name, ids])).rows,
    async remove(db, rows) {
      await db.executeSql(REMOVE, [name, rows.map(({ id }) => id)]);
    },
  };
}
