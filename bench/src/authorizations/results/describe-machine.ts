import { cpus, release, totalmem, type } from 'node:os';
import type { Machine } from '../../machine.ts';
import type { SuiteMachine } from '../report/suite-result.ts';

/** What is known of this machine besides its cores and its load; `postgres` is what the server says of itself. */
export function describeMachine(machine: Machine, postgres: string): SuiteMachine {
  return {
    ...machine,
    cpuModel: cpus()[0]?.model.trim() ?? 'unknown processor',
    memoryBytes: totalmem(),
    kernel: `${type()} ${release()}`,
    node: `Node ${process.versions.node}`,
    postgres,
  };
}
