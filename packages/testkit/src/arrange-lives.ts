import type { LedgerStep } from './history.ts';
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

/** What the gateway did first, in its order, then the records as arranged, and then what an operator makes of them. */
export function arrangeRecords(events: readonly LifeEvent[], arrangement: Arrangement): LedgerStep[] {
  const only = (...verbs: LifeEvent['verb'][]) => events.filter(({ verb }) => verbs.includes(verb));
  const decisions = inBatches(only('authorize', 'void'), [1]);
  return [...decisions, ...arrangeLives(only('record'), arrangement), ...inBatches(only('assign'), [1])];
}

/** Only what is of one kind travels together. */
function inBatches(events: readonly LifeEvent[], sizes: readonly number[]): LedgerStep[] {
  const steps: LedgerStep[] = [];
  const rest = [...events];
  for (let first = rest[0]; first !== undefined; first = rest[0]) {
    const { verb } = first;
    if (verb === 'void' || verb === 'assign') {
      steps.push(first);
      rest.shift();
      continue;
    }
    const size = inTurn(sizes, steps.length) ?? 1;
    const other = rest.findIndex((event) => event.verb !== verb);
    const batch = rest.splice(0, Math.min(size, other === -1 ? rest.length : other));
    const proposals = batch.flatMap((event) => (event.verb === 'authorize' ? event.proposal : []));
    const records = batch.flatMap((event) => (event.verb === 'record' ? event.record : []));
    steps.push(verb === 'authorize' ? { verb, proposals } : { verb, records });
  }
  return steps;
}

function inTurn<T>(list: readonly T[], nth: number): T | undefined {
  return list[nth % Math.max(list.length, 1)];
}
