import type { Past } from './plan-past.ts';
import { OPENING_MINOR, usersFrom } from './programme-fills.ts';
import {
  approvedPurchases,
  CLEARING_US,
  clearingToken,
  hasStanding,
  madeAtUs,
  purchaseMinor,
  purchasesOf,
  secondOf,
  timeOf,
  transactionToken,
} from './purchase-sql.ts';
import type { TableFill } from './table-fill.ts';

/** What the platform does not say expires a week after it was made. */
const HOLD_LIFE = `interval '7 days'`;

export function holdFill(past: Past): TableFill {
  return {
    table: 'holds',
    columns: 'account_id, chain_token, amount_minor, message_class, card_token, counted_at, expires_at, opened_at',
    parts: [
      {
        from: past.clearedBefore,
        to: past.purchases,
        rowsOfEach: 0.9,
        select: (from, to) => `
          select user_index + 1, ${transactionToken('2 * p')}, ${purchaseMinor('p')}, 'dual', 'bench_card_' || user_index,
                 ${timeOf('at_us')}, ${secondOf('at_us')} + ${HOLD_LIFE}, ${timeOf('at_us')}
            from ${approvedPurchases(past, from, to)}`,
      },
    ],
  };
}

/** User by user, for one window may have counted several purchases; and the users in no order, as they came. */
export function counterFill(past: Past): TableFill {
  return {
    table: 'counters',
    columns: 'account_id, limit_id, window_start, amount_minor, count',
    parts: [
      {
        from: 0,
        to: past.users,
        rowsOfEach: (1.8 * past.purchases) / past.users,
        select: (from, to) => `
          select i + 1, 2 * i + w.place, date_trunc(w.name, at)::date, sum(amount_minor), count(*)
            from (
              select i, ${purchaseMinor('p')} as amount_minor, ${timeOf(madeAtUs(past, 'p'))} as at
                from (select k * ${past.userStride}::bigint % ${past.users} as i from generate_series(${from}::bigint, ${to - 1}) k offset 0) u
                cross join lateral ${purchasesOf(past, 'i')} where ${hasStanding('i', 'good')} offset 0
            ) a cross join (values (1, 'day'), (2, 'month')) w (place, name)
            group by 1, 2, 3`,
      },
    ],
  };
}

/** Opening balances have the numbers of their accounts, clearings those that follow. */
export function ledgerTransactionFill(past: Past): TableFill {
  return {
    table: 'ledger_transactions',
    columns:
      'account_id, ledger_transaction_id, idempotency_key, kind, ' +
      'reason, transaction_token, transaction_type, settlement_date, booked_at',
    parts: [
      {
        from: 0,
        to: past.users,
        rowsOfEach: 1,
        select: (from, to) => `
          select i + 1, i + 1, 'opening', 'opening_balance', 'opening balance', null, null, null, now()
            from ${usersFrom(from, to)} where not (${hasStanding('i', 'account_empty')})`,
      },
      {
        from: 0,
        to: past.clearedBefore,
        rowsOfEach: 0.9,
        select: (from, to) => `
          select user_index + 1, ${past.users + 1} + p, 'record settlement 1 ' || clearing_token, 'clearing', null, clearing_token,
                 'authorization.clearing', booked_at::date, booked_at
            from (
              select p, user_index, ${clearingToken('p')} as clearing_token, ${timeOf(`(at_us + ${CLEARING_US})`)} as booked_at
                from ${approvedPurchases(past, from, to)} offset 0
            ) c`,
      },
    ],
  };
}

export function entryFill(past: Past): TableFill {
  return {
    table: 'entries',
    columns: 'account_id, ledger_transaction_id, entry_number, book, amount_minor, currency',
    parts: [
      {
        from: 0,
        to: past.users,
        rowsOfEach: 2,
        select: (from, to) => `
          select i + 1, i + 1, s.number, s.book, s.sign * ${OPENING_MINOR}, 'USD'
            from ${usersFrom(from, to)} cross join (values (1, 'account', 1), (2, 'funding', -1)) s (number, book, sign)
            where not (${hasStanding('i', 'account_empty')})`,
      },
      {
        from: 0,
        to: past.clearedBefore,
        rowsOfEach: 1.8,
        select: (from, to) => `
          select user_index + 1, ${past.users + 1} + p, s.number, s.book, s.sign * ${purchaseMinor('p')}, 'USD'
            from ${approvedPurchases(past, from, to)} cross join (values (1, 'account', -1), (2, 'settlement', 1)) s (number, book, sign)`,
      },
    ],
  };
}
