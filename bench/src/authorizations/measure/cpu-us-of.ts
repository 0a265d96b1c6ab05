import { PROCESS } from '../report/process-names.ts';
import type { ByProcess } from '../report/suite-result.ts';
import { cpuPerAuthorization } from '../usage/process-watch.ts';
import type { ProcessUsage } from '../usage/usage-sampler.ts';

/** For one authorization, by process; undefined when there was none. */
export function cpuUsOf(usage: ProcessUsage, authorizations: number): ByProcess | undefined {
  if (authorizations === 0) return undefined;
  const rest = (usage.restCpuSeconds * 1e6) / authorizations;
  return { ...cpuPerAuthorization(usage, authorizations), [PROCESS.rest]: rest };
}
