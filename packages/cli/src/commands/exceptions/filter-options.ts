import { RECORD_EXCEPTIONS, type RecordExceptionReason } from '@freeway/core';
import type { ExceptionFilter, ExceptionState } from '@freeway/postgres';
import { type Command, Option } from 'commander';
import { ownerOf, type OwnerOptions, withOwnerOptions } from '../../owner-options.ts';
import { parseTime } from '../../parse-time.ts';

export interface FilterOptions extends OwnerOptions {
  readonly reason?: RecordExceptionReason;
  readonly state?: ExceptionState | 'all';
  readonly currency?: string;
  readonly transaction?: string;
  readonly since?: number;
}

/** Which exceptions; each option narrows. */
export function withFilterOptions(command: Command): Command {
  return withOwnerOptions(command)
    .addOption(new Option('--reason <reason>', 'only these').choices(RECORD_EXCEPTIONS))
    .option('--currency <code>', 'ISO 4217')
    .option('--transaction <token>', 'only of this transaction')
    .option('--since <time>', 'only those raised since: 2026-11-27T10:00:00Z, or 2h for the last two hours', parseTime);
}

export function filterOf(command: Command, options: FilterOptions): ExceptionFilter {
  const { reason, state, user, business, currency, transaction, since } = options;
  return {
    ...(reason === undefined ? {} : { reason }),
    ...(state === undefined ? {} : { state }),
    ...(user === undefined && business === undefined ? {} : { owner: ownerOf(command, options) }),
    ...(currency === undefined ? {} : { currency }),
    ...(transaction === undefined ? {} : { transactionToken: transaction }),
    ...(since === undefined ? {} : { since: new Date(since) }),
  };
}
