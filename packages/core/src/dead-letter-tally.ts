import {
  MAX_NAMED_IDS,
  type DeadLetter,
  type DeadLetterCounts,
  type DeadLetterFilter,
  type DeadLetterOutcome,
} from './ports/dead-letters.ts';

/** Counts one look through the dead letters, and decides which of them a filter means: the same on every kind of queue. */
export interface DeadLetterTally {
  /** Counts the letter and says whether it matches. */
  examine(letter: DeadLetter): boolean;
  counts(total: number): DeadLetterCounts;
  outcome(total: number, done: number): DeadLetterOutcome;
}

export function createDeadLetterTally(filter: DeadLetterFilter): DeadLetterTally {
  const unknownIds = new Set(filter.ids);
  const ids: string[] = [];
  let examined = 0;
  let matching = 0;

  const counts = (total: number) => ({ total, examined, matching, unknownIds: [...unknownIds] });
  return {
    counts,
    outcome: (total, done) => ({ ...counts(total), done, ids: [...ids] }),
    examine(letter) {
      examined += 1;
      unknownIds.delete(letter.id);
      if (!matches(letter, filter)) return false;
      matching += 1;
      if (ids.length < MAX_NAMED_IDS) ids.push(letter.id);
      return true;
    },
  };
}

function matches(letter: DeadLetter, filter: DeadLetterFilter): boolean {
  const { ids, types, reasons, errorText, failedBeforeMs, failedAfterMs } = filter;
  const { lastFailedAtMs = Number.NaN } = letter;
  return (
    (ids?.includes(letter.id) ?? true) &&
    (types?.includes(letter.type) ?? true) &&
    (reasons?.includes(letter.reason) ?? true) &&
    (errorText === undefined || hasError(letter, errorText.toLowerCase())) &&
    (failedBeforeMs === undefined || lastFailedAtMs < failedBeforeMs) &&
    (failedAfterMs === undefined || lastFailedAtMs > failedAfterMs)
  );
}

function hasError({ firstError, lastError }: DeadLetter, text: string): boolean {
  return firstError.toLowerCase().includes(text) || lastError.toLowerCase().includes(text);
}
