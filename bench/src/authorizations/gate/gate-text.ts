import { alignedColumns } from '../report/aligned-columns.ts';
import { valueText } from '../report/value-text.ts';
import type { GateCheck, GateVerdict } from './gate.ts';

/** One line for each check, then what was wrong, then the verdict. */
export function gateText({ passed, checks, faults }: GateVerdict): string {
  const rows = checks.map((check) => [
    check.passed ? 'ok' : 'FAILED',
    check.title,
    valueText(check, check.value),
    `${check.better === 'higher' ? 'at least' : 'at most'} ${valueText(check, check.limit)}`,
    check.passed ? '' : howFar(check),
  ]);
  const failed = checks.filter((check) => !check.passed).length;
  return [
    ...alignedColumns(['left', 'left', 'right', 'left', 'left'], rows),
    ...faults.map((fault) => `WRONG   ${fault}`),
    passed
      ? `gate passed: ${checks.length} checks, every answer right`
      : `gate failed: ${failed} of ${checks.length} checks, ${faults.length} faults`,
  ].join('\n');
}

function howFar({ value, limit, better, whyNot, why }: GateCheck): string {
  if (value === undefined) return `not measured: ${whyNot}`;
  const percent = (Math.abs(value - limit) / limit) * 100;
  // What is shown as nothing is still a failure.
  const text = percent < 1 ? 'less than 1 %' : `${percent.toFixed(0)} %`;
  return `${text} ${better === 'higher' ? 'too low' : 'too high'} (the limit is there since ${why})`;
}

/** For programs; snake_case. */
export function gateAsJson({ passed, checks, faults }: GateVerdict): object {
  return {
    bench: 'check',
    passed,
    faults,
    checks: checks.map(({ id, title, unit, better, limit, value, passed: isMet, whyNot }) => ({
      id,
      title,
      unit,
      better,
      limit,
      value: value ?? null,
      passed: isMet,
      ...(whyNot === undefined ? {} : { why_not: whyNot }),
    })),
  };
}
