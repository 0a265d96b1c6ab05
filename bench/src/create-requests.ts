import { randomUUID } from 'node:crypto';
import { cardToken, userToken } from './programme.ts';
import type { Random } from './random.ts';
import { createSkew } from './skew.ts';

export interface JitRequest {
  readonly body: string;
  /** What the answer must repeat. */
  readonly token: string;
  readonly method: string;
  readonly userToken: string;
  /** As it stands in the body. */
  readonly amountText: string;
}

const METHOD = 'pgfs.authorization';

const MERCHANTS = [
  { mcc: '5411', name: 'CORNER GROCERY', city: 'OAKLAND', state: 'CA', postal_code: '94607' },
  { mcc: '5812', name: 'NOODLE BAR', city: 'CHICAGO', state: 'IL', postal_code: '60607' },
  { mcc: '5541', name: 'RIVERSIDE FUEL', city: 'AUSTIN', state: 'TX', postal_code: '78704' },
  { mcc: '5999', name: 'ODDS AND ENDS', city: 'PORTLAND', state: 'OR', postal_code: '97209' },
  { mcc: '4121', name: 'CITY CABS', city: 'NEW YORK', state: 'NY', postal_code: '10018' },
] as const;

/** `JSON.rawJSON` (in Node since 21): text that `JSON.stringify` copies, so that the amount is exactly what we wrote. */
const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;

/** Makes purchases of the bench's programme, no two with a token in common. `now` is the wall clock. */
export function createRequests(random: Random, users: number, now: () => number): () => JitRequest {
  const drawUser = createSkew(random, users);
  return () => {
    const user = drawUser();
    // Mostly small, now and then large: 1.00 to 151.00 with a mean of 31.00.
    const amountMinor = 100 + Math.floor(random() ** 4 * 15_000);
    const amountText = `${Math.floor(amountMinor / 100)}.${String(amountMinor % 100).padStart(2, '0')}`;
    const merchant = MERCHANTS[Math.floor(random() * MERCHANTS.length)] ?? MERCHANTS[0];
    const message = { token: randomUUID(), user, amount: rawJson(amountText), merchant, nowMs: now() };
    return { body: bodyOf(message), token: message.token, method: METHOD, userToken: userToken(user), amountText };
  };
}

interface Message {
  readonly token: string;
  readonly user: number;
  readonly amount: unknown;
  readonly merchant: (typeof MERCHANTS)[number];
  readonly nowMs: number;
}

/** A body as the platform sends it (PROTOCOL section 3), about 3 KB. */
function bodyOf({ token, user, amount, merchant, nowMs }: Message): string {
  const received = new Date(nowMs).toISOString();
  const second = `${received.slice(0, 19)}Z`;
  const owner = { user_token: userToken(user), acting_user_token: userToken(user) };
  return JSON.stringify({
    type: 'authorization',
    state: 'PENDING',
    token: randomUUID(),
    ...owner,
    card_token: cardToken(user),
    card_product_token: 'bench_product',
    gpa: programmeBalance(),
    gpa_order: fundingOrder(token, amount, owner),
    created_time: second,
    user_transaction_time: second,
    settlement_date: `${received.slice(0, 10)}T00:00:00Z`,
    local_transaction_date: second,
    issuer_received_time: received,
    amount,
    request_amount: amount,
    currency_code: 'USD',
    currency_conversion: { network: { original_amount: amount, conversion_rate: 1, original_currency_code: '840' } },
    network: 'VISA',
    subnetwork: 'VISANET',
    acquirer_fee_amount: 0,
    ...INCIDENTALS,
    card_acceptor: {
      ...merchant,
      mid: '000123456789012',
      street_address: '1 EXAMPLE STREET',
      country_code: 'USA',
      network_assigned_id: '00123',
    },
  });
}

function fundingOrder(token: string, amount: unknown, owner: object): object {
  return {
    token: randomUUID(),
    amount,
    currency_code: 'USD',
    transaction_token: randomUUID(),
    state: 'PENDING',
    ...owner,
    funding: {
      amount,
      source: {
        type: 'programgateway',
        token: '**********ench',
        name: 'bench_gateway',
        active: true,
        is_default_account: false,
        created_time: '2024-01-01T00:00:00Z',
        last_modified_time: '2024-01-01T00:00:00Z',
      },
    },
    funding_source_token: '**********ench',
    jit_funding: {
      token,
      method: METHOD,
      ...owner,
      amount,
      address_verification: {
        request: { street_address: '1    ', postal_code: '94607    ' },
        issuer: {
          on_file: { street_address: '1 Example Street', postal_code: '94607' },
          response: { code: '0000', memo: 'Address and postal code match' },
        },
      },
    },
  };
}

function programmeBalance(): object {
  const balance = { ledger_balance: 0, available_balance: 0, credit_balance: 0, pending_credits: 0 };
  return { currency_code: 'USD', ...balance, balances: { USD: { currency_code: 'USD', ...balance } } };
}

/** What a gateway reads past. */
const INCIDENTALS = {
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
