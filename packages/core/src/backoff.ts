/**
 * Milliseconds to wait before the given attempt (1, 2, ...): doubles up to `maxMs`; the upper half is random, so that
 * the processes that lost one server together do not return to it together.
 */
export const backoffMs = (
  attempt: number,
  { baseMs, maxMs, random }: { readonly baseMs: number; readonly maxMs: number; readonly random: () => number },
): number => {
  const ceilingMs = Math.min(maxMs, baseMs * 2 ** Math.min(attempt - 1, 30));
  return Math.round(ceilingMs / 2 + (random() * ceilingMs) / 2);
};
