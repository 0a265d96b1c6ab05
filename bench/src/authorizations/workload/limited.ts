import type { Workload } from './workload.ts';

/** The first so many messages. */
export function createLimited(workload: Workload, count: number): Workload {
  let left = count;
  return { ...workload, next: () => (left-- > 0 ? workload.next() : undefined) };
}
