import { setTimeout as sleep } from 'node:timers/promises';
import type { Postgres } from '../src/connect.ts';
import { readSealLag } from '../src/seal/seal-lag.ts';
import { sealBlock, type SealOptions } from '../src/seal/seal-block.ts';
import { sealHistory } from '../src/seal/seal-history.ts';

/** Seals all there is. Another test's open transaction on the same server may hold it up for a moment. */
export async function sealAll(postgres: Postgres, options: SealOptions = {}): Promise<void> {
  await sealHistory(postgres, options);
  while ((await readSealLag(postgres.sql)).rows > 0) if ((await sealBlock(postgres, options)) === 0) await sleep(10);
}

/** As somebody who may do anything in the database, and lets no trigger hinder them. */
export async function tamper(postgres: Postgres, statement: string): Promise<void> {
  await postgres.transaction('test.tamper', async (sql) => {
    await sql`set local session_replication_role = replica`;
    await sql.unsafe(statement);
  });
}
