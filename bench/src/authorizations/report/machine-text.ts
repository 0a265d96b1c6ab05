import { machineText as coresAndLoad } from '../../machine.ts';
import type { Commit, SuiteMachine } from './suite-result.ts';

/** In the order in which it matters. */
export function machineText(machine: SuiteMachine): string {
  const { cpuModel, memoryBytes, kernel, node, postgres } = machine;
  return [cpuModel, coresAndLoad(machine), gibText(memoryBytes), kernel, node, postgres].join('; ');
}

export function gibText(bytes: number): string {
  return `${Math.round(bytes / 2 ** 30)} GiB`;
}

export function commitText({ revision, isDirty }: Commit): string {
  return `${revision.slice(0, 10)}${isDirty ? ', with changes that are not committed' : ''}`;
}
