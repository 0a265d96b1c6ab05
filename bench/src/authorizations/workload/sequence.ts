import type { Workload } from './workload.ts';

/** Each workload when the one before has ended. */
export function createSequence(workloads: readonly Workload[]): Workload {
  const left = [...workloads];
  return {
    next() {
      for (;;) {
        const [current] = left;
        const request = current?.next();
        if (current === undefined || request !== undefined) return request;
        left.shift();
      }
    },
    answered(request, status, body) {
      for (const workload of workloads) workload.answered(request, status, body);
    },
  };
}
