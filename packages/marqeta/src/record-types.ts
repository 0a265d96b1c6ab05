import type { Evidence } from './methods.ts';
import { type RecordTypeRow, row, withoutMoney } from './record-type-row.ts';
import { CREDIT_TYPES } from './record-types-of-credits.ts';
import { DEBIT_TYPES } from './record-types-of-debits.ts';
import { MONEYLESS_TYPES, UNEXPLAINED_TYPES } from './record-types-of-neither.ts';

/** Every type of the published list (142 in Core API 3.0.40), once. */
export const RECORD_TYPES: readonly RecordTypeRow[] = [
  ...DEBIT_TYPES,
  ...CREDIT_TYPES,
  ...MONEYLESS_TYPES,
  ...UNEXPLAINED_TYPES,
];

/** No longer, or never, in that list: earlier spellings in old records, and what the documentation names beside it. */
const OTHER_TYPES: readonly RecordTypeRow[] = [
  row('5.2', 'pindebit.quasicash', 'single', 'settlement', 'I'),
  row('5.3', 'credit.adjustment', 'credit', 'adjustments', 'O'),
  row('5.3', 'debit.adjustment', 'debit', 'adjustments', 'O'),
  withoutMoney('5.3', 'authorization.clearing.representment', 'status of a case', 'D'),
  withoutMoney('5.3', 'authorization.clearing.chargeback.representment', 'status of a case', 'I'),
  withoutMoney('5.3', 'pindebit.representment', 'status of a case', 'I'),
  withoutMoney('5.3', 'pindebit.chargeback.representment', 'status of a case', 'I'),
];

/** A map, not an object: a type named `constructor` must be unknown. */
const rows: ReadonlyMap<string, RecordTypeRow> = new Map(
  [...RECORD_TYPES, ...OTHER_TYPES].map((each) => [each.type, each]),
);

/** What a type does, or undefined for one that no row explains. */
export function recordTypeOf(type: string): RecordTypeRow | undefined {
  return rows.get(type);
}

/** The published types whose effect rests on nothing but the given tags: `['I']` are the ones that only we infer. */
export function recordTypesByEvidence(tags: readonly Evidence[]): readonly RecordTypeRow[] {
  return RECORD_TYPES.filter(({ evidence }) => evidence.every((tag) => tags.includes(tag)));
}
