import type { ChaosOptions } from '../command-line.ts';
import { PROCESS_COUNT } from './chaos-processes.ts';
import type { ChaosRun } from './measure-chaos.ts';

/** Why the run is void or failed; empty when it passed. */
export function faultsOf({ kills }: ChaosOptions, run: ChaosRun): readonly string[] {
  const { play } = run;
  const faults = [...play.faults];
  if (!play.ok && faults.length === 0) faults.push('the player is not content and does not say why');
  if (run.kills.length !== kills * PROCESS_COUNT)
    faults.push(`void: ${run.kills.length} kills instead of ${kills * PROCESS_COUNT}`);
  faults.push(...run.processFaults);
  if (run.ledgerFault !== undefined) faults.push(run.ledgerFault);
  return faults;
}
