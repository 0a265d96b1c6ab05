import type { Answer } from './open-world.ts';

/** How many answers of each kind: `approved`, the decline reason, or the status of what is no decision. */
export function tally(answers: readonly Answer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status, funding } of answers) {
    const word = status === 200 ? 'approved' : String(funding?.['decline_reason'] ?? status);
    counts[word] = (counts[word] ?? 0) + 1;
  }
  return counts;
}
