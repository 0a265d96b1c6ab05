import type { Counterpart, RecordEffect } from '@freeway/core';
import type { Evidence } from './methods.ts';

/** What one type of transaction does to the ledger, and how sure that is (money.md *type first*). */
export interface RecordTypeRow {
  readonly type: string;
  readonly effect: RecordEffect;
  /** The other side of what it books; of no meaning where it books nothing. */
  readonly counterpart: Counterpart;
  /** Section of PROTOCOL that says what the type does; 5.7: nobody says it. */
  readonly section: '5.1' | '5.2' | '5.3' | '5.4' | '5.7';
  /** What supports the effect. That the type exists is published for all of them. */
  readonly evidence: readonly Evidence[];
  /** Why it books nothing; for `unexplained`, what a person has to find out. */
  readonly note?: string;
}

type Section = RecordTypeRow['section'];

export function row(
  section: Section,
  type: string,
  effect: RecordEffect,
  counterpart: Counterpart,
  ...evidence: Evidence[]
): RecordTypeRow {
  return { type, effect, counterpart, section, evidence };
}

export function withoutMoney(section: Section, type: string, note: string, ...evidence: Evidence[]): RecordTypeRow {
  return { type, effect: 'no_money', counterpart: 'settlement', section, evidence, note };
}

/** Published, and nobody says which way its money goes: an operator has to look (money.md *type first*). */
export function unexplained(type: string, note: string): RecordTypeRow {
  return { type, effect: 'unexplained', counterpart: 'suspense', section: '5.7', evidence: ['I'], note };
}
