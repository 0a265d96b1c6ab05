import { buildRecord } from '../records/build-record.ts';
import { firstTokenOf } from '../transaction-parts.ts';
import type { Happening } from '../records/happening.ts';

/** The transactions that can still be looked up, and what was counted of all. */
export interface KeptTransactions {
  keep(happening: Happening, platformHeldMinor: bigint): void;
  /** As `GET /transactions/{token}` shows it, JSON text. */
  transaction(token: string): string | undefined;
  /** The others of its chain, oldest first. */
  related(token: string): readonly string[];
  /** How many of this chain there are. */
  chainLength(firstToken: string): number;
  /** Records by type. */
  recorded(): Readonly<Record<string, number>>;
  /** Debits that are final, minor units by currency. */
  cleared(): Readonly<Record<string, bigint>>;
}

interface Kept {
  readonly happening: Happening;
  readonly heldMinor: bigint;
}

const KEPT_MAX = 100_000;

export function keepTransactions(): KeptTransactions {
  const kept = new Map<string, Kept>();
  const chains = new Map<string, string[]>();
  const counts: Record<string, number> = {};
  const cleared: Record<string, bigint> = {};

  function count({ kind, message, verdict, amountMinor }: Happening): void {
    counts[kind.type] = (counts[kind.type] ?? 0) + 1;
    const isFinalDebit = kind.impact < 0 && kind.state === 'COMPLETION' && verdict.isApproved;
    if (isFinalDebit) cleared[message.currency] = (cleared[message.currency] ?? 0n) + amountMinor;
  }

  return {
    keep(happening, heldMinor) {
      count(happening);
      const { message } = happening;
      kept.set(message.transactionToken, { happening, heldMinor });
      const first = firstTokenOf(message);
      chains.set(first, [...(chains.get(first) ?? []), message.transactionToken]);
      const oldest = kept.size > KEPT_MAX ? kept.values().next().value : undefined;
      if (oldest === undefined) return;
      kept.delete(oldest.happening.message.transactionToken);
      chains.delete(firstTokenOf(oldest.happening.message));
    },
    transaction(token) {
      const found = kept.get(token);
      return found && buildRecord(found.happening, found.heldMinor);
    },
    related(token) {
      const found = kept.get(token);
      const chain = found && chains.get(firstTokenOf(found.happening.message));
      return (chain ?? []).filter((other) => other !== token && kept.has(other));
    },
    chainLength: (first) => chains.get(first)?.length ?? 0,
    recorded: () => ({ ...counts }),
    cleared: () => ({ ...cleared }),
  };
}
