import type { TransactionRecord } from '@freeway/core';
import type { ChainDifference } from './chain-difference.ts';

/** A chain as it stands after its fold. */
export interface FoldedChain {
  readonly chainToken: string;
  /** Names that it had before. */
  readonly formerTokens: readonly string[];
  /** Transactions of its decisions that know it by another name. */
  readonly misnamed: readonly string[];
  readonly currency: string;
  readonly accountId: string | undefined;
  readonly assignedAccountId: string | undefined;
  readonly limitIds: readonly number[] | undefined;
  readonly limitsOf: string | undefined;
  readonly isClosed: boolean;
  readonly hold: { readonly messageClass: string; readonly expiresAtMs: number | undefined };
  readonly countedAtMs: number;
  readonly decided: ReadonlyMap<string, 'approved' | 'refused'>;
  readonly difference: ChainDifference;
  /** By transaction: what a booking keeps of its record. */
  readonly records: ReadonlyMap<string, TransactionRecord>;
}

export interface NewRecord {
  readonly record: TransactionRecord;
  readonly content: string;
  readonly digest: string;
  readonly chainToken: string;
}

export interface NewLink {
  readonly link: string;
  readonly chainToken: string;
  readonly currency: string;
  readonly seeks: boolean;
}
