import type { JitRequest } from '../workload/jit-request.ts';
import type { Workload } from '../workload/workload.ts';

/** A workload that says in time when it ends: whoever must send something is told before there is nothing. */
export interface Supply {
  take(): JitRequest;
}

/** `ended` is called when the last one is taken. */
export function createSupply(workload: Workload, ended: () => void): Supply {
  let upcoming = workload.next();
  return {
    take() {
      const taken = upcoming;
      if (taken === undefined) throw new RangeError('the workload has fewer messages than the load has connections');
      upcoming = workload.next();
      if (upcoming === undefined) ended();
      return taken;
    },
  };
}
