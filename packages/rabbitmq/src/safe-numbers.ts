/** A decimal of up to this many digits survives the way through a float unchanged. */
export const MAX_SAFE_DIGITS = 15;

/** True if a parsed JSON value has a number whose text may have been another one. */
export function hasUnsafeNumber(value: unknown): boolean {
  if (typeof value === 'number') return significantDigits(value) > MAX_SAFE_DIGITS;
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(hasUnsafeNumber);
}

function significantDigits(value: number): number {
  const [mantissa = ''] = value.toExponential().split('e');
  return mantissa.replace(/[-.]/g, '').length;
}
