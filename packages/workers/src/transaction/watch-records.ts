import { type AppliedRecord, exponentOf, formatAmount, RECORD_EXCEPTIONS, type TransactionRecord } from '@freeway/core';
import { createRateLimitedLog, type Logger, type Metrics } from '@freeway/runtime';

export interface RecordObserver {
  applied(record: TransactionRecord, result: AppliedRecord): void;
  /** It moves no money, and the ledger was not asked. */
  withoutMoney(): void;
}

const STATUSES = ['applied', 'duplicate', 'no_money'] as const;

/** Counts what came of records, and says aloud what a person must look at (money.md *outcome*, *nobody's money*). */
export function createRecordObserver(metrics: Metrics, logger: Logger): RecordObserver {
  const records = metrics.counters('freeway_records_total', 'Records of the platform.', 'status', STATUSES);
  const exceptions = metrics.counters(
    'freeway_record_exceptions_total',
    'Records put on the list that an operator works through, by reason.',
    'reason',
    RECORD_EXCEPTIONS,
  );
  const standIns = metrics.counter(
    'freeway_stand_ins_total',
    'Approvals that the platform or a network made in our place.',
  );
  const standInAmounts = metrics.growingCounters(
    'freeway_stand_in_amount_total',
    'What these approvals come to, in major units of the currency.',
    'currency',
  );
  const log = createRateLimitedLog(logger, performance.now.bind(performance));
  return {
    applied(record, { status, exceptions: raised }) {
      records[status].inc();
      if (status === 'duplicate') return;
      if (record.isStandIn && record.outcome === 'approved') {
        standIns.inc();
        const { currency, amountMinor } = record;
        if (exponentOf(currency) !== undefined)
          standInAmounts(currency).inc(Number(formatAmount(amountMinor, currency)));
      }
      for (const { reason } of raised) {
        exceptions[reason].inc();
        const { transactionToken, type, state } = record;
        log(
          `exception ${reason}`,
          1000,
          'error',
          { reason, transaction_token: transactionToken, type, state },
          'a record needs a look',
        );
      }
    },
    withoutMoney: () => records.no_money.inc(),
  };
}
