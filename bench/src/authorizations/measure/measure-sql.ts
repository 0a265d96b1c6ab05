import { measurePgbench } from '../references/pgbench/measure-pgbench.ts';
import type { Findings } from './findings.ts';
import type { Ground } from './ground.ts';
import type { Stage } from './stage.ts';

/**
 * A full batch by as many clients as a gateway has commits in flight; and batches of one by as many as PostgreSQL commits
 * together.
 */
const PLANS = [
  { batch: 64, clients: 2 },
  { batch: 1, clients: 20 },
] as const;
const PAYERS_MAX = 10_000;

/** The commit with no gateway before it. */
export async function measureSql(stage: Stage, { databaseUrl, world }: Ground): Promise<Findings> {
  const seconds = Math.ceil(stage.durationMs / 1000);
  const references = [];
  for (const plan of PLANS) {
    world.say(`pgbench, ${plan.clients} clients, batches of ${plan.batch}`);
    references.push(
      await measurePgbench({ ...plan, databaseUrl, seconds, payersMax: PAYERS_MAX, signal: world.signal }),
    );
  }
  return { runs: [], references };
}
