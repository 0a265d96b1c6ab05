import type { TransactionRecord } from '../records/transaction-record.ts';
import type { RecordException } from '../records/record-exception.ts';

/** What came of one record. */
export interface AppliedRecord {
  /** `duplicate`: the very same was applied before; nothing changed. */
  readonly status: 'applied' | 'duplicate';
  readonly chainToken: string;
  /** Absent where nothing is booked and nobody is known. */
  readonly accountId?: string;
  /** What this batch put on the operator's list of this transaction. */
  readonly exceptions: readonly RecordException[];
}

/** The ledger's side of the platform's records. */
export interface RecordLedger {
  /**
   * Applies records durably, in one transaction: each chain they touch is folded anew and the difference booked (money.md
   * *chains are folds*). In any order, any number of times. Results in the order of the records.
   * @throws Fault `unavailable`, `contended` or `outcome_unknown`; to apply again is always safe
   */
  applyRecords(records: readonly TransactionRecord[]): Promise<readonly AppliedRecord[]>;
}
