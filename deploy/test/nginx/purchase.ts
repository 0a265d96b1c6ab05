import { randomUUID } from 'node:crypto';

const COUNT = 40;

/** Lines of an import file: users with money and a card each. */
export const CUSTOMERS: readonly object[] = Array.from({ length: COUNT }, (_, index) => [
  { type: 'user', token: `user-${index}` },
  { type: 'account', user: `user-${index}`, currency: 'EUR', opening_balance: '1000000.00' },
  { type: 'card', token: `card-${index}`, user: `user-${index}`, expires: '2099-12' },
]).flat();

export interface Purchase {
  readonly token: string;
  readonly body: string;
}

let made = 0;

/** A purchase by one of the customers, as the platform asks for it (PROTOCOL 3). */
export function newPurchase(): Purchase {
  const index = made++ % COUNT;
  const [token, user] = [randomUUID(), `user-${index}`];
  const body = {
    type: 'authorization',
    state: 'PENDING',
    token,
    user_token: user,
    acting_user_token: user,
    card_token: `card-${index}`,
    amount: 12.34,
    currency_code: 'EUR',
    created_time: '2026-03-15T12:00:00Z',
    gpa_order: {
      amount: 12.34,
      currency_code: 'EUR',
      transaction_token: token,
      user_token: user,
      jit_funding: { token: randomUUID(), method: 'pgfs.authorization', user_token: user, amount: 12.34 },
    },
    card_acceptor: { mid: '000000123456789', mcc: '5411', name: 'HARBOUR GREENGROCER', country_code: 'BEL' },
  };
  return { token, body: JSON.stringify(body) };
}
