export interface WireRequest {
  readonly token: string;
  readonly amount?: string;
  readonly card?: string;
  readonly user?: string;
}

/** A JIT request written from PROTOCOL section 3: card-1 of user-1 pays 10.00 EUR unless told otherwise. */
export function wireRequest({ token, amount = '10.00', card = 'card-1', user = 'user-1' }: WireRequest): string {
  const message = {
    type: 'authorization',
    state: 'PENDING',
    token,
    user_token: user,
    acting_user_token: user,
    card_token: card,
    amount: '<amount>',
    currency_code: 'EUR',
    network: 'VISA',
    issuer_received_time: '2026-03-04T05:06:07.089Z',
    gpa_order: {
      token: `order-of-${token}`,
      amount: '<amount>',
      currency_code: 'EUR',
      jit_funding: { token: `jit-of-${token}`, method: 'pgfs.authorization', user_token: user, amount: '<amount>' },
    },
    card_acceptor: { mid: '000987', mcc: '5411', name: 'CORNER SHOP', city: 'Ghent', country_code: 'BEL' },
  };
  // As the number it is on the wire, not as the float that JSON.stringify would make of it.
  return JSON.stringify(message).replaceAll('"<amount>"', amount);
}
