import { createUniform } from './create-uniform.ts';
import { goodUser } from './standing.ts';
import type { Workload, WorkloadSource } from './workload.ts';

/** All purchases fall on one account, or on a few, so that every commit waits for the same rows. */
export function createHotAccount(source: WorkloadSource, accounts = 1): Workload {
  // Those are the first of good standing; the rest of the programme is never asked about.
  return createUniform({ ...source, users: goodUser(accounts - 1) + 1 });
}
