import type { SealedKind } from './sealed-rows.ts';

/** Where the sealed record and the rows differ. */
export interface Difference {
  /** Absent: no block has the row. */
  readonly block?: number;
  /** Absent: it is about the block itself. */
  readonly kind?: SealedKind;
  readonly accountId?: string;
  readonly id?: string;
  readonly what: string;
}

export interface Differences {
  add(difference: Difference): void;
  readonly count: number;
  /** By block, those of no block last. */
  readonly first: readonly Difference[];
}

const SHOWN = 20;
/** Kept until they are sorted: some are only known at the end, and may be the first by block. */
const KEPT = 1000;

export function createDifferences(): Differences {
  let kept: Difference[] = [];
  let count = 0;
  const byBlock = (one: Difference, other: Difference): number =>
    (one.block ?? Infinity) === (other.block ?? Infinity) ? 0 : (one.block ?? Infinity) - (other.block ?? Infinity);
  return {
    add(difference) {
      count++;
      kept.push(difference);
      if (kept.length > 2 * KEPT) kept = kept.toSorted(byBlock).slice(0, KEPT);
    },
    get count() {
      return count;
    },
    get first() {
      return kept.toSorted(byBlock).slice(0, SHOWN);
    },
  };
}
