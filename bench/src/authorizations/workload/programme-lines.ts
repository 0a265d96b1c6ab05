import { cardToken, userToken } from '../../programme.ts';
import { type Standing, standingOf } from './standing.ts';

const CURRENCY = 'USD';
/** Nothing is ever short: one account can take ten million purchases of 31.00 each, and ten million such accounts still add up in 64 bits. */
export const OPENING_BALANCE = '1000000000.00';
export const CARD_DAY_AMOUNT = '1000000000.00';
export const CARD_DAY_COUNT = 1_000_000_000;
export const ACCOUNT_MONTH_AMOUNT = '1000000000.00';

/**
 * The lines of an import file (docs/import-format.md): users with an account, a card and two velocity limits each, which
 * no run reaches, so that each approval moves exactly two counters. One in ten stands badly (standing.ts).
 */
export function* programmeLines(users: number): Generator<string> {
  for (let index = 0; index < users; index++) {
    for (const line of linesOf(index, standingOf(index))) yield JSON.stringify(line);
  }
}

function linesOf(index: number, standing: Standing): object[] {
  const user = userToken(index);
  const card = cardToken(index);
  return [
    { type: 'user', token: user },
    {
      type: 'account',
      user,
      currency: CURRENCY,
      opening_balance: standing === 'account_empty' ? '0.00' : OPENING_BALANCE,
      state: standing === 'account_frozen' ? 'frozen' : 'open',
    },
    {
      type: 'card',
      token: card,
      user,
      expires: '2099-12',
      state: standing === 'card_suspended' ? 'suspended' : 'active',
    },
    {
      type: 'limit',
      token: `bench_day_${index}`,
      card,
      currency: CURRENCY,
      window: 'day',
      max_amount: CARD_DAY_AMOUNT,
      max_count: CARD_DAY_COUNT,
    },
    {
      type: 'limit',
      token: `bench_month_${index}`,
      account: { user, currency: CURRENCY },
      currency: CURRENCY,
      window: 'month',
      max_amount: ACCOUNT_MONTH_AMOUNT,
    },
  ];
}
