import type { RecordElement } from './record-stream.ts';

/** A webhook's body (PROTOCOL section 10.3). */
export function envelopeOf(elements: readonly RecordElement[]): string {
  return `{"transactions":[${elements.map(({ text }) => text).join(',')}]}`;
}
