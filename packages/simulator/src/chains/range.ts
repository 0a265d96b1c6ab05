import { addUp, type ChainSum } from './add-up.ts';
import type { ChainEvent } from './chain-event.ts';

/** Smallest and largest of something that is not known exactly. */
export interface Range {
  readonly low: bigint;
  readonly high: bigint;
}

/** Where a chain can stand in the ledger while some of its events may not have arrived there. */
export interface ChainRange {
  readonly posted: Range;
  /** What it does to the available balance: posted less held. */
  readonly available: Range;
  readonly pending: Range;
  readonly counted: Range;
  readonly count: Range;
  /** What a limit on one transaction compares with: the hold, or all that was taken too. */
  readonly total: Range;
}

/** All subsets of so many events are looked at; of more, a range is told that is certainly wide enough. */
const EXACT_MAX = 6;

/** Every sum that the chain can have while any of `open` may be missing; `arrived` are there for certain. */
export function rangeOf(first: string, arrived: readonly ChainEvent[], open: readonly ChainEvent[]): ChainRange {
  if (open.length > EXACT_MAX) return widest([...arrived, ...open]);
  const sums: ChainSum[] = [];
  for (let subset = 0; subset < 1 << open.length; subset++) {
    sums.push(addUp(first, [...arrived, ...open.filter((_, index) => (subset >> index) % 2 === 1)]));
  }
  return {
    posted: span(sums.map(({ postedMinor }) => postedMinor)),
    available: span(sums.map(({ postedMinor, heldMinor }) => postedMinor - heldMinor)),
    pending: span(sums.map(({ pendingMinor }) => pendingMinor)),
    counted: span(sums.map(({ countedMinor }) => countedMinor)),
    count: span(sums.map(({ count }) => BigInt(count))),
    total: span(sums.flatMap(({ heldMinor, countedMinor }) => [heldMinor, countedMinor])),
  };
}

/** Money in at most, money out at most, and nothing between them left out. */
function widest(events: readonly ChainEvent[]): ChainRange {
  const total = events.reduce((sum, { amountMinor, isApproved }) => sum + (isApproved ? amountMinor : 0n), 0n);
  const either = { low: -total, high: total };
  const some = { low: 0n, high: total };
  return { posted: either, available: either, pending: some, counted: some, count: { low: 0n, high: 1n }, total: some };
}

function span(values: readonly bigint[]): Range {
  let [low = 0n, high = 0n] = [values[0], values[0]];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, high };
}
