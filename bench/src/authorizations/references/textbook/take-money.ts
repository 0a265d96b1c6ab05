import { lockAccount } from './accounts.ts';
import type { Reason } from './encode-answer.ts';
import type { LimitFact } from './facts.ts';
import { accountRefusalOf, type Counter, countOf, moneyRefusalOf } from './judge.ts';
import type { Transaction } from './open-pool.ts';
import type { TextbookRequest } from './read-request.ts';

/** Counters of an account's limits, each in its window at the time of the request. */
interface Windows {
  readonly limitIds: readonly number[];
  readonly starts: readonly string[];
}

/** Holds the amount, or says why not. */
export async function takeMoney(
  sql: Transaction,
  request: TextbookRequest,
  accountId: string,
  limits: readonly LimitFact[],
): Promise<Reason | null> {
  const account = await lockAccount(sql, accountId);
  const windows: Windows = {
    limitIds: limits.map(({ limitId }) => limitId),
    starts: limits.map(({ window }) => windowStartOf(window, request.eventDate)),
  };
  const counters = await lockCounters(sql, windows);
  const reason = accountRefusalOf(account) ?? moneyRefusalOf(request, account, limits, counters);
  if (reason === null) await hold(sql, request, accountId, windows);
  return reason;
}

function windowStartOf(window: LimitFact['window'], eventDate: string): string {
  return window === 'day' ? eventDate : `${eventDate.slice(0, 7)}-01`;
}

/** Lateral: a join that was planned while nothing had counted would go on reading all counters. */
function lockCounters(sql: Transaction, { limitIds, starts }: Windows) {
  return sql<Counter[]>`
    select c.limit_id, c.amount_minor, c.count
      from unnest(${limitIds}::integer[], ${starts}::date[]) as w (limit_id, window_start)
      cross join lateral (
        select * from counters k where k.limit_id = w.limit_id and k.window_start = w.window_start for update
      ) c`;
}

async function hold(
  sql: Transaction,
  request: TextbookRequest,
  accountId: string,
  { limitIds, starts }: Windows,
): Promise<void> {
  const { transactionToken, chainToken, amountMinor } = request;
  await sql`
    insert into holds (account_id, transaction_token, chain_token, amount_minor)
      values (${accountId}, ${transactionToken}, ${chainToken}, ${amountMinor})`;
  await sql`
    insert into counters as c (limit_id, window_start, amount_minor, count)
      select limit_id, window_start, ${amountMinor}::bigint, ${countOf(request)}::integer
        from unnest(${limitIds}::integer[], ${starts}::date[]) as w (limit_id, window_start)
      on conflict (limit_id, window_start) do update
        set amount_minor = c.amount_minor + excluded.amount_minor, count = c.count + excluded.count`;
  await sql`update accounts set held_minor = held_minor + ${amountMinor} where account_id = ${accountId}`;
}
