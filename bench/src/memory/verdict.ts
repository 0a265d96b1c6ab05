import type { MemoryOptions } from '../command-line.ts';
import type { MemoryRun } from './measure-memory.ts';

/** 200 MB of a million bytes: the stricter reading. */
export const LIMIT_BYTES = 200_000_000;

/** Below this share of the asked rate it was not the asked load. A gateway that lags shows as answers that come too late. */
const RATE_SHARE = 0.99;

/** Why the run is void or failed; empty when it passed. */
export function faultsOf({ ratePerSecond }: MemoryOptions, run: MemoryRun): readonly string[] {
  const { traffic, memory } = run;
  const faults = Object.entries(traffic.wrong).map(([fault, count]) => `void: ${count} x ${fault}`);
  if (traffic.approved === 0) faults.push('void: nothing was approved');
  if (traffic.sentPerSecond < ratePerSecond * RATE_SHARE)
    faults.push(`void: ${traffic.sentPerSecond.toFixed(1)} requests/s instead of ${ratePerSecond}`);
  if (run.exitCode !== 0) faults.push(`void: the gateway ended with ${run.exitCode}`);
  if (run.ledgerFault !== undefined) faults.push(`void: ${run.ledgerFault}`);
  if (memory.peakBytes >= LIMIT_BYTES)
    faults.push(`the gateway took ${(memory.peakBytes / 1e6).toFixed(1)} MB, not below ${LIMIT_BYTES / 1e6} MB`);
  return faults;
}
