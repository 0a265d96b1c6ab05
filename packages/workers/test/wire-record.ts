/** A record as the platform sends it, as far as the workers look at it; `changes` replace members. */
export function wireRecord(changes: Readonly<Record<string, unknown>> & { readonly token: string }): string {
  const { token, user = 'user-1', amount = '10.00', ...rest } = changes;
  return JSON.stringify({
    type: 'authorization',
    state: 'PENDING',
    token,
    user_token: user,
    card_token: 'card-1',
    amount: Number(amount),
    currency_code: 'EUR',
    created_time: '2026-03-14T12:00:00Z',
    response: { code: '0000', memo: 'Approved or completed successfully' },
    gpa_order: {
      token: `order-of-${token}`,
      amount: Number(amount),
      currency_code: 'EUR',
      jit_funding: {
        token: `message-of-${token}`,
        method: 'pgfs.authorization',
        user_token: user,
        amount: Number(amount),
      },
    },
    ...rest,
  });
}

/** A clearing of what `wireRecord` authorizes. */
export function wireClearing(token: string, parent: string, amount = '10.00'): string {
  return wireRecord({
    token,
    amount,
    type: 'authorization.clearing',
    state: 'COMPLETION',
    created_time: '2026-03-15T12:00:00Z',
    preceding_related_transaction_token: parent,
  });
}
