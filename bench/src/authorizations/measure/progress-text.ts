import { faultsOfRun } from '../report/faults-of-run.ts';
import type { SuiteRun } from '../report/suite-result.ts';
import { countText, msText } from '../report/value-text.ts';

/** One line for each run as soon as it is over. */
export function progressText(run: SuiteRun): string {
  const { title, load, cpuUs = {} } = run;
  const { p50, p99, p999, max } = load.latencyMs;
  const cpu = Object.entries(cpuUs).map(([process, us]) => `${process} ${us.toFixed(0)}`);
  const faults = faultsOfRun(run);
  return [
    `${title}: ${countText(load.answeredPerSecond)}/s`,
    `p50 ${msText(p50)} p99 ${msText(p99)} p99.9 ${msText(p999)} max ${msText(max)} ms`,
    ...(cpu.length === 0 ? [] : [`CPU us: ${cpu.join(', ')}`]),
    ...(faults.length === 0 ? [] : [`VOID: ${faults.join(', ')}`]),
  ].join('; ');
}
