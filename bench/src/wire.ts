/** `JSON.rawJSON` (in Node since 21): text that `JSON.stringify` copies, so that an amount is exactly what we wrote. */
export const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;

export const MERCHANTS = [
  { mcc: '5411', name: 'CORNER GROCERY', city: 'OAKLAND', state: 'CA', postal_code: '94607' },
  { mcc: '5812', name: 'NOODLE BAR', city: 'CHICAGO', state: 'IL', postal_code: '60607' },
  { mcc: '5541', name: 'RIVERSIDE FUEL', city: 'AUSTIN', state: 'TX', postal_code: '78704' },
  { mcc: '5999', name: 'ODDS AND ENDS', city: 'PORTLAND', state: 'OR', postal_code: '97209' },
  { mcc: '4121', name: 'CITY CABS', city: 'NEW YORK', state: 'NY', postal_code: '10018' },
] as const;

export type Merchant = (typeof MERCHANTS)[number];

export function decimalText(amountMinor: number): string {
  return `${Math.floor(amountMinor / 100)}.${String(amountMinor % 100).padStart(2, '0')}`;
}

export function cardAcceptor(merchant: Merchant): object {
  return {
    ...merchant,
    mid: '000123456789012',
    street_address: '1 EXAMPLE STREET',
    country_code: 'USA',
    network_assigned_id: '00123',
  };
}

export const FUNDING_SOURCE = {
  type: 'programgateway',
  token: '**********ench',
  name: 'bench_gateway',
  active: true,
  is_default_account: false,
  created_time: '2024-01-01T00:00:00Z',
  last_modified_time: '2024-01-01T00:00:00Z',
} as const;

/** The platform's own view of the balance: the gateway keeps the money, so it is what is held at most. */
export function programmeBalance(said: object = {}): object {
  const balance = { ledger_balance: 0, available_balance: 0, credit_balance: 0, pending_credits: 0, ...said };
  return { currency_code: 'USD', ...balance, balances: { USD: { currency_code: 'USD', ...balance } } };
}

/** What is read past. */
export const INCIDENTALS = {
  acquirer: {
    institution_country: '840',
    institution_id_code: '400000012',
    retrieval_reference_number: '528294182683',
    system_trace_audit_number: '000123',
  },
  network_reference_id: '305012345678901',
  network_metadata: { product_id: 'F', program_id: 'VISA', spend_qualifier: 'SPEND_QUALIFICATION_NOT_APPLICABLE' },
  user: { metadata: { segment: 'consumer' } },
  card: { last_four: '0042', metadata: {} },
  issuer_payment_node: '0f1e2d3c4b5a69788796a5b4c3d2e1f0',
  card_security_code_verification: { type: 'ICVV', response: { code: '0000', memo: 'Card security code match' } },
  fraud: {
    network: { transaction_risk_score: 12, account_risk_score: '7 ' },
    issuer_processor: { score: '12', risk_level: 'LOW', rule_violations: [], recommended_action: 'APPROVE' },
  },
  pos: {
    pan_entry_mode: 'CHIP_CONTACTLESS',
    pin_entry_mode: 'TRUE',
    pin_present: false,
    terminal_id: 'TR100042',
    terminal_attendance: 'ATTENDED',
    terminal_location: 'ON_PREMISE',
    terminal_type: 'POS_TERMINAL',
    card_holder_presence: true,
    card_presence: true,
    cardholder_authentication_method: 'NON_AUTHENTICATED',
    card_data_input_capability: 'CHIP',
    country_code: '840',
    zip: '94607    ',
    partial_approval_capable: false,
    purchase_amount_only: false,
    is_recurring: false,
    is_installment: false,
  },
  transaction_metadata: { payment_channel: 'OTHER', transaction_category: 'RETAIL_SALE', moto_indicator: null },
} as const;
