/** Who the bench plays; numbered from 0. */
export const userToken = (index: number): string => `bench_user_${index}`;
export const cardToken = (index: number): string => `bench_card_${index}`;

const OPENING_BALANCE = '1000000.00';
/** Only the few busiest cards reach it within a run, so that declines are measured too. */
const CARD_DAY_AMOUNT = '20000.00';
const ACCOUNT_MONTH_AMOUNT = '500000.00';

/** The lines of an import file (docs/import-format.md): users with an account, a card and two velocity limits each. */
export function* programmeLines(users: number): Generator<string> {
  for (let index = 0; index < users; index++) {
    const user = userToken(index);
    const card = cardToken(index);
    const currency = 'USD';
    yield JSON.stringify({ type: 'user', token: user });
    yield JSON.stringify({ type: 'account', user, currency, opening_balance: OPENING_BALANCE });
    yield JSON.stringify({ type: 'card', token: card, user, expires: '2099-12' });
    yield JSON.stringify({
      type: 'limit',
      token: `bench_day_${index}`,
      card,
      currency,
      window: 'day',
      max_amount: CARD_DAY_AMOUNT,
      max_count: 100_000,
    });
    yield JSON.stringify({
      type: 'limit',
      token: `bench_month_${index}`,
      account: { user, currency },
      currency,
      window: 'month',
      max_amount: ACCOUNT_MONTH_AMOUNT,
    });
  }
}
