import type { Target, Unit } from './targets.ts';

const SUFFIX: Readonly<Record<Unit, string>> = { ratio: '', x: 'x', ms: ' ms', us: ' us', MB: ' MB' };

/** As people write it: 0.31, 7.4x, +3.1 ms; a dash for nothing. */
export function valueText(
  { unit, decimals, isChange }: Pick<Target, 'unit' | 'decimals' | 'isChange'>,
  value: number | undefined,
): string {
  if (value === undefined || !Number.isFinite(value)) return '-';
  const digits = value.toFixed(decimals);
  // What rounds to nothing has no sign.
  const isZero = Number(digits) === 0;
  const sign = isChange && value > 0 && !isZero ? '+' : '';
  return `${sign}${isZero ? digits.replace('-', '') : digits}${SUFFIX[unit]}`;
}

/** 12,345: whole, with separators. */
export function countText(value: number): string {
  return Math.round(value).toLocaleString('en');
}

/** Milliseconds with three digits that matter: 0.42, 8.31, 74.2, 1,204. */
export function msText(ms: number): string {
  if (ms >= 1000) return countText(ms);
  return ms.toFixed(ms >= 100 ? 0 : ms >= 10 ? 1 : 2);
}
