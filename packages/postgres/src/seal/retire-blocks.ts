import type { TransactionSql } from 'postgres';
import type { Postgres } from '../connect.ts';
import { recordAudit } from '../operator/audit.ts';
import { readHead } from './seal-block.ts';

const VERB = 'retire_blocks';

export type Retired =
  { readonly status: 'retired'; readonly through: number } | { readonly status: 'refused'; readonly message: string };

/**
 * Says that the rows of these blocks may be dropped: from then on a missing one is no difference. It is an audit record, and so
 * sealed itself; the blocks stay.
 */
export function retireBlocks(postgres: Postgres, through: number, actor: string): Promise<Retired> {
  return postgres.transaction('seal.retire', async (sql): Promise<Retired> => {
    const head = await readHead(sql);
    if (through > head.block) return { status: 'refused', message: `the chain ends at block ${head.block}` };
    const before = await retiredThrough(sql);
    if (through <= before) return { status: 'refused', message: `blocks up to ${before} are retired already` };
    await recordAudit(sql, { actor, verb: VERB, subject: `block:${through}`, detail: { through } });
    return { status: 'retired', through };
  });
}

/** Rows of this block and the ones before may be gone; 0: of none. */
export async function retiredThrough(sql: TransactionSql): Promise<number> {
  const [row] = await sql`
    select coalesce(max((detail ->> 'through')::bigint), 0)::text as through from audit_records where verb = ${VERB}`;
  return Number(row?.['through']);
}
