import { PURCHASE } from './method-shape.ts';
import { createRequestMaker } from './request-maker.ts';
import { goodUser, goodUsersOf } from './standing.ts';
import type { Workload, WorkloadSource } from './workload.ts';

/** Purchases, each of any card with the same probability, all to be approved. */
export function createUniform(source: WorkloadSource): Workload {
  const make = createRequestMaker(source);
  const users = goodUsersOf(source.users);
  return {
    next: () =>
      make({ shape: PURCHASE, user: goodUser(Math.floor(source.random() * users)), expected: { outcome: 'approve' } }),
    answered() {},
  };
}
