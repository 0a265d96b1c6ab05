import type { SuiteRun } from './suite-result.ts';

/** What makes a run void; empty when what it measured counts. */
export function faultsOfRun({ system, load, ledgerFault, processFaults = [] }: SuiteRun): readonly string[] {
  const faults = Object.entries(load.wrong).map(([fault, count]) => `${count} x ${fault}`);
  if (load.answered === 0) faults.push('nothing was answered');
  // The null server has nothing to approve.
  else if (load.approved === 0 && system !== 'null server') faults.push('nothing was approved');
  if (ledgerFault !== undefined) faults.push(ledgerFault);
  return [...faults, ...processFaults];
}
