import type { Workload } from './workload.ts';

/** Without the messages of the first so many users: what others have asked about before. */
export function createSkipping(workload: Workload, users: number): Workload {
  return {
    ...workload,
    next() {
      let request = workload.next();
      while (request !== undefined && request.user < users) request = workload.next();
      return request;
    },
  };
}
