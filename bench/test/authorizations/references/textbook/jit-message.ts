import { randomUUID } from 'node:crypto';

export interface Message {
  readonly method?: string;
  readonly user?: number;
  readonly token?: string;
  readonly transactionToken?: string;
  readonly preceding?: string;
  readonly amountText?: string;
  readonly at?: string;
}

/** A body as short as it may be (PROTOCOL 3.2); each message has tokens of its own. */
export function jitMessage({ method = 'pgfs.authorization', user = 0, ...message }: Message = {}): string {
  const { token = randomUUID(), transactionToken = randomUUID(), preceding, amountText = '10.00' } = message;
  const { at = '2026-03-15T12:00:00.000Z' } = message;
  const order = method === 'pgfs.refund.authorization' ? 'gpa_order_unload' : 'gpa_order';
  const owner = { user_token: `bench_user_${user}`, acting_user_token: `bench_user_${user}` };
  return JSON.stringify({
    token: transactionToken,
    card_token: `bench_card_${user}`,
    currency_code: 'USD',
    amount: 0,
    [order]: { jit_funding: { token, method, ...owner, amount: '@amount@' }, amount: 0 },
    issuer_received_time: at,
    ...(preceding === undefined ? {} : { preceding_related_transaction_token: preceding }),
  }).replace('"@amount@"', amountText);
}
