import type { TransactionRecord } from '@freeway/core';
import type { LedgerStep, PlannedProposal } from './history.ts';
import type { LifeEvent } from './life-events.ts';

/** How events arrive; numbers are taken in turn, again and again, and empty lists leave all as it was. */
export interface Arrangement {
  /** How many places each event comes later or earlier than it happened. */
  readonly delays: readonly number[];
  /** How many events travel together. */
  readonly batchSizes: readonly number[];
  /** Records that come once more: which, and how many places later. */
  readonly repeats: readonly { readonly nth: number; readonly later: number }[];
  /** Batches whose sender crashed before it heard that they were applied, and sends them again. */
  readonly crashes: readonly number[];
}

export const AS_IT_HAPPENED: Arrangement = { delays: [], batchSizes: [1], repeats: [], crashes: [] };

/** Events in the order in which they arrive, in batches. Pure, so that fast-check can shrink. */
export function arrangeLives(events: readonly LifeEvent[], arrangement: Arrangement): LedgerStep[] {
  const { delays, repeats, crashes } = arrangement;
  const placed = events.map((event, nth) => ({ event, place: nth + (inTurn(delays, nth) ?? 0) }));
  const records = placed.filter(({ event }) => event.verb === 'record');
  const again = repeats.flatMap(({ nth, later }) => {
    const repeated = records[nth % Math.max(records.length, 1)];
    return repeated === undefined ? [] : [{ ...repeated, place: repeated.place + later }];
  });
  const arrived = [...placed, ...again].toSorted((a, b) => a.place - b.place).map(({ event }) => event);
  const steps = inBatches(arrived, arrangement.batchSizes);
  const crashed = new Set(crashes.map((nth) => nth % Math.max(steps.length, 1)));
  return steps.flatMap((step, nth) => (step.verb === 'record' && crashed.has(nth) ? [step, step] : [step]));
}

/** The decisions first, in their order, and then the records as arranged. */
export function arrangeRecords(events: readonly LifeEvent[], arrangement: Arrangement): LedgerStep[] {
  const decisions = events.filter(({ verb }) => verb === 'authorize');
  const records = events.filter(({ verb }) => verb === 'record');
  return [...inBatches(decisions, [1]), ...arrangeLives(records, arrangement)];
}

/** Only what is of one kind travels together. */
function inBatches(events: readonly LifeEvent[], sizes: readonly number[]): LedgerStep[] {
  const steps: LedgerStep[] = [];
  const rest = [...events];
  while (rest.length > 0) {
    const size = inTurn(sizes, steps.length) ?? 1;
    const verb = rest[0]?.verb;
    const other = rest.findIndex((event) => event.verb !== verb);
    const batch = rest.splice(0, Math.min(size, other === -1 ? rest.length : other));
    steps.push(
      verb === 'authorize'
        ? {
            verb,
            proposals: batch.flatMap((event): PlannedProposal[] => ('proposal' in event ? [event.proposal] : [])),
          }
        : {
            verb: 'record',
            records: batch.flatMap((event): TransactionRecord[] => ('record' in event ? [event.record] : [])),
          },
    );
  }
  return steps;
}

function inTurn<T>(list: readonly T[], nth: number): T | undefined {
  return list[nth % Math.max(list.length, 1)];
}
