import type { Random } from '../../random.ts';
import { PURCHASE } from './method-shape.ts';
import { createRequestMaker } from './request-maker.ts';
import { goodUser, goodUsersOf } from './standing.ts';
import type { Workload, WorkloadSource } from './workload.ts';

/** A purchase of each card, once, in no order that a cache or a disk could foresee. */
export function createColdCards(source: WorkloadSource): Workload {
  const make = createRequestMaker(source);
  const order = shuffled(goodUsersOf(source.users), source.random);
  let used = 0;
  return {
    next() {
      const rank = order[used++];
      return rank === undefined
        ? undefined
        : make({ shape: PURCHASE, user: goodUser(rank), expected: { outcome: 'approve' } });
    },
    answered() {},
  };
}

/** Fisher and Yates, inside out. */
function shuffled(size: number, random: Random): Uint32Array {
  const order = new Uint32Array(size);
  for (let index = 0; index < size; index++) {
    const other = Math.floor(random() * (index + 1));
    order[index] = order[other] as number;
    order[other] = index;
  }
  return order;
}
