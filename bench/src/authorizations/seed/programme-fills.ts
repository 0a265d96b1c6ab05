import { ACCOUNT_MONTH_AMOUNT, CARD_DAY_AMOUNT, CARD_DAY_COUNT, OPENING_BALANCE } from '../workload/programme-lines.ts';
import type { Past } from './plan-past.ts';
import { hasStanding, purchaseMinor, purchasesOf } from './purchase-sql.ts';
import type { TableFill } from './table-fill.ts';

/** Decimal text of a currency with two decimals. */
const minorOf = (text: string): bigint => BigInt(text.replace('.', ''));

export const OPENING_MINOR = minorOf(OPENING_BALANCE);

/** The users from `from` to before `to`, by their index i. */
export const usersFrom = (from: number, to: number): string => `generate_series(${from}::bigint, ${to - 1}) i`;

/** Who exists, as an import of programme-lines.ts makes them in an empty database. */
export function programmeFills({ users }: Past): readonly TableFill[] {
  return [
    {
      table: 'owners',
      columns: 'kind, token',
      parts: [
        {
          from: 0,
          to: users,
          rowsOfEach: 1,
          select: (from, to) => `select 'user', 'bench_user_' || i from ${usersFrom(from, to)}`,
        },
      ],
    },
    {
      table: 'cards',
      columns: 'token, owner_kind, owner_token, state, expires_at',
      parts: [
        {
          from: 0,
          to: users,
          rowsOfEach: 1,
          select: (from, to) => `
            select 'bench_card_' || i, 'user', 'bench_user_' || i,
                   case when ${hasStanding('i', 'card_suspended')} then 'suspended' else 'active' end, timestamptz '2100-01-01 00:00:00Z'
              from ${usersFrom(from, to)}`,
        },
      ],
    },
    limitFill(users),
  ];
}

function limitFill(users: number): TableFill {
  return {
    table: 'limits',
    columns: 'limit_id, token, subject_kind, subject_token, currency, limit_window, max_amount_minor, max_count',
    parts: [
      {
        from: 0,
        to: users,
        rowsOfEach: 2,
        select: (from, to) => `
          select l.* from ${usersFrom(from, to)} cross join lateral (values
            (2 * i + 1, 'bench_day_' || i, 'card', 'bench_card_' || i, 'USD', 'day', ${minorOf(CARD_DAY_AMOUNT)}::bigint, ${CARD_DAY_COUNT}),
            (2 * i + 2, 'bench_month_' || i, 'account', (i + 1)::text, 'USD', 'month', ${minorOf(ACCOUNT_MONTH_AMOUNT)}::bigint, null)
          ) l`,
      },
    ],
  };
}

/** With what their purchases have left of the opening balance, and what they hold of it. */
export function accountFill(past: Past): TableFill {
  return {
    table: 'accounts',
    columns: 'account_id, owner_kind, owner_token, currency, state, posted_minor, held_minor',
    parts: [
      {
        from: 0,
        to: past.users,
        rowsOfEach: 1,
        select: (from, to) => `
          select i + 1, 'user', 'bench_user_' || i, 'USD', case when ${hasStanding('i', 'account_frozen')} then 'frozen' else 'open' end,
                 case when ${hasStanding('i', 'account_empty')} then 0 else ${OPENING_MINOR} end - coalesce(s.cleared_minor, 0),
                 coalesce(s.held_minor, 0)
            from ${usersFrom(from, to)} cross join lateral (
              select sum(${purchaseMinor('p')}) filter (where p < ${past.clearedBefore}) as cleared_minor,
                     sum(${purchaseMinor('p')}) filter (where p >= ${past.clearedBefore}) as held_minor
                from ${purchasesOf(past, 'i')} where ${hasStanding('i', 'good')}
            ) s`,
      },
    ],
  };
}
