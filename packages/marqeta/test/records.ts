import type { TransactionRecord } from '@freeway/core';
import { decodeRecord } from '../src/decode-record.ts';
import type { PlatformView } from '../src/record-agreement.ts';
import { load, unload } from './requests.ts';

/** Records written from PROTOCOL sections 3 to 11, with our own tokens and merchants. */
type Members = Record<string, unknown>;

export const RECEIVED_AT_MS = Date.UTC(2030, 0, 1);

const SUCCESS = { code: '0000', memo: 'fine' };

/** The record of the purchase that `load()` asks for, approved. */
export function loadRecord(changes: Members = {}, jit: Members = {}, order: Members = {}): Members {
  return load({ identifier: '41', response: SUCCESS, ...changes }, jit, order);
}

/** The record of what brings money, approved and final. */
export function unloadRecord(changes: Members = {}, jit: Members = {}): Members {
  return unload({ identifier: '42', response: SUCCESS, state: 'COMPLETION', ...changes }, jit);
}

/** As it comes where the platform asks nobody: no order, no JIT message (money.md *type first*). */
export function bareRecord(changes: Members = {}): Members {
  const { gpa_order: _, ...rest } = loadRecord();
  return { ...rest, ...changes };
}

export interface Decoded {
  readonly record: TransactionRecord;
  readonly agreement: PlatformView;
}

export function decodedText(text: string): Decoded {
  const result = decodeRecord(text, { receivedAtMs: RECEIVED_AT_MS });
  if (!result.ok) throw new Error(`expected a record, got ${result.fault.code}: ${result.fault.detail}`);
  return result;
}

export function decoded(message: unknown): Decoded {
  return decodedText(JSON.stringify(message));
}

export function recordOf(message: unknown): TransactionRecord {
  return decoded(message).record;
}
