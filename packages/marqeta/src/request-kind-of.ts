import type { RequestKind } from '@freeway/core';
import { ACCOUNT_FUNDING_TYPES, METHODS, type MethodRow, type OrderSide } from './methods.ts';

/** What to do with a method that no row explains (PROTOCOL 5.2, robust rule). */
export type UnknownMethod = 'authorize' | 'decline';

/** A map, not an object: a method named `constructor` must be unknown. */
const rows: ReadonlyMap<string, MethodRow> = new Map(METHODS.map((row) => [row.method, row]));

/**
 * What a request asks of us. **The side of the order decides whether money may leave; the method only refines it.** An
 * approved load pays out its amount whatever its method is called, hence
 * - a method on the other side than its row says is not the method we know, and is treated as an unknown one;
 * - so is a verification or an inquiry that asks a load for more than 0 (money.md *zero* is about amount 0);
 * - an unknown load runs the debit decision, an unknown unload is a credit that nobody can spend before its record.
 */
export function requestKindOf(
  message: {
    readonly method: string;
    readonly type: string | undefined;
    readonly side: OrderSide;
    readonly isZero: boolean;
  },
  unknownMethod: UnknownMethod,
): RequestKind {
  const { method, type, side, isZero } = message;
  const row = rows.get(method);
  if (row !== undefined && (row.side === 'either' || row.side === side)) {
    const asksMoneyForNothing =
      side === 'load' &&
      !isZero &&
      (row.kind === 'verification' || row.kind === 'balance_inquiry' || row.method === 'pgfs.product.inquiry');
    if (!asksMoneyForNothing) return row.kind;
  }
  if (row === undefined && side === 'load' && type !== undefined) {
    const kind = ACCOUNT_FUNDING_TYPES.get(type);
    if (kind !== undefined) return kind;
  }
  if (unknownMethod === 'decline') return 'refused_method';
  return side === 'load' ? 'authorization' : 'credit';
}
