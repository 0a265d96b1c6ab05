import type { Past } from './plan-past.ts';
import {
  firstMinor,
  hasStanding,
  messageToken,
  purchases,
  raiseMinor,
  secondOf,
  timeOf,
  transactionToken,
} from './purchase-sql.ts';
import type { TableFill } from './table-fill.ts';

const COLUMNS = `
  account_id, decision_id, message_token, transaction_token, fingerprint, method, kind, approved,
  reason, effect, amount_minor, currency, card_token, owner_kind, owner_token, chain_token,
  counted_at, limit_ids, attempt_id, confirmed, platform_outcome, decided_at, created_at`;

/**
 * Two for each purchase, in order of time. Users who stand badly were declined as they will be, and once more. The platform's
 * own word confirms what is still held; of what was cleared there is only the clearing (record-fills.ts), which confirms nothing.
 */
export function decisionFill(past: Past): TableFill {
  const select = (from: number, to: number): string => `
    select user_index + 1, n + 1, ${messageToken('n')}, transaction_token, md5('fingerprint' || n)::uuid,
           case when is_raise then 'pgfs.authorization.incremental' else 'pgfs.authorization' end,
           case when is_raise then 'increment' else 'authorization' end, is_approved,
           case when ${hasStanding('user_index', 'card_suspended')} then 'card_suspended'
                when ${hasStanding('user_index', 'account_frozen')} then 'account_frozen'
                when ${hasStanding('user_index', 'account_empty')} then 'insufficient_funds' end,
           case when is_approved then 'hold' else 'none' end,
           case when k = 0 then ${firstMinor('p')} else ${raiseMinor('p')} end, 'USD', 'bench_card_' || user_index,
           'user', 'bench_user_' || user_index, case when is_raise then ${transactionToken('2 * p')} else transaction_token end,
           ${timeOf('counted_at_us')}, case when is_approved then array[2 * user_index + 2, 2 * user_index + 1]::integer[] end,
           -- any: whether it is the one that may void a decision is only asked at the moment of it
           n + 1, is_confirmed, case when is_confirmed then 'approved' end, ${timeOf('decided_at_us')}, ${secondOf('decided_at_us')}
      from (
        select *, is_approved and k = 1 as is_raise, is_approved and p >= ${past.clearedBefore} as is_confirmed,
               ${transactionToken('n')} as transaction_token,
               -- what raises a purchase counts where that did
               case when is_approved then at_us else decided_at_us end as counted_at_us
          from (
            select *, 2 * p + k as n, at_us + k * ${past.stepUs} as decided_at_us, ${hasStanding('user_index', 'good')} as is_approved
              from ${purchases(past, from, to)} cross join generate_series(0, 1) k offset 0
          ) a offset 0
      ) d`;
  return {
    table: 'decisions',
    columns: COLUMNS,
    parts: [{ from: 0, to: past.purchases, rowsOfEach: 2, select }],
  };
}
