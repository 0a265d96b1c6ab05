import { randomUUID } from 'node:crypto';

/** What a test wants to ask; the rest of the message is as the platform would send it. */
export interface Ask {
  readonly user?: string | undefined;
  readonly business?: string | undefined;
  readonly acting?: string | undefined;
  readonly card?: string | undefined;
  /** JSON text of `jit_funding.amount`, in major units: `12.30`, `1e2`, `"7"`. */
  readonly amount?: string;
  readonly currency?: string;
  readonly method?: string;
  readonly type?: string;
  /** Which order carries the funding; a load takes money, an unload brings it. */
  readonly side?: 'load' | 'unload';
  /** Token of the transaction, and of this very message. */
  readonly transaction?: string;
  readonly jit?: string;
  /** What a follow-up names: the transaction it follows, and the first message of its chain. */
  readonly preceding?: string;
  readonly original?: string;
  readonly category?: string;
  readonly at?: string;
  /** Further members of the transaction. */
  readonly members?: Readonly<Record<string, unknown>>;
}

const AMOUNT = 'the amount as text';

/** The body of one JIT request, in Transaction Model v2 (PROTOCOL 3). Every token that is not given is new. */
export function jitRequest(ask: Ask): string {
  const { side = 'load', user, business, currency = 'EUR', method = 'pgfs.authorization' } = ask;
  const acting = ask.acting ?? user;
  const order = {
    token: randomUUID(),
    amount: AMOUNT,
    // PROTOCOL 3.4: unload orders name no currency of their own
    ...(side === 'load' ? { currency_code: currency } : {}),
    transaction_token: randomUUID(),
    state: 'PENDING',
    funding: { amount: AMOUNT, source: { type: 'programgateway', token: '**********a1b2', active: true } },
    user_token: user,
    business_token: business,
    jit_funding: {
      token: ask.jit ?? randomUUID(),
      method,
      user_token: user,
      business_token: business,
      acting_user_token: acting,
      amount: AMOUNT,
      original_jit_funding_token: ask.original,
    },
  };
  const message = {
    type: ask.type ?? 'authorization',
    state: 'PENDING',
    token: ask.transaction ?? randomUUID(),
    user_token: user,
    business_token: business,
    acting_user_token: acting,
    card_token: ask.card,
    card_product_token: 'everyday',
    amount: AMOUNT,
    request_amount: AMOUNT,
    currency_code: currency,
    created_time: '2026-03-15T12:00:00Z',
    issuer_received_time: ask.at ?? '2026-03-15T12:00:00.123Z',
    network: 'MASTERCARD',
    acquirer_fee_amount: 0,
    preceding_related_transaction_token: ask.preceding,
    gpa: { currency_code: currency, ledger_balance: 0, available_balance: 0, balances: {} },
    ...(side === 'load' ? { gpa_order: order } : { gpa_order_unload: order }),
    card_acceptor: {
      mid: '000000123456789',
      mcc: ask.category ?? '5411',
      name: 'HARBOUR GREENGROCER',
      street_address: '7 Quay Lane',
      city: 'Ostend',
      postal_code: '8400      ',
      country_code: 'BEL',
    },
    pos: { pan_entry_mode: 'CHIP', card_presence: true, partial_approval_capable: false },
    transaction_metadata: { payment_channel: 'OTHER', moto_indicator: null },
    ...ask.members,
  };
  return JSON.stringify(message).replaceAll(JSON.stringify(AMOUNT), ask.amount ?? '10.00');
}
