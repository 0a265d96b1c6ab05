import { gibText } from '../report/machine-text.ts';
import type { SuiteMachine } from '../report/suite-result.ts';

/** Results of one kind may be compared; of two kinds, not. */
export function machineKindOf({ cpuModel, cores, memoryBytes }: SuiteMachine): string {
  return `${cpuModel}, ${cores} cores, ${gibText(memoryBytes)}`;
}
