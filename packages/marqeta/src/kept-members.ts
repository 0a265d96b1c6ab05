/**
 * What may be kept of a message in logs and archives, by its place in the message. A leaf is `keep`; `*` stands for
 * every other member of a map; arrays are transparent, each element has the shape of its list. Everything else is
 * masked: addresses, names and devices of people, metadata, free text, and whatever the platform adds tomorrow.
 */
export type Kept = 'keep' | { readonly [member: string]: Kept };

function keep(members: string): { readonly [member: string]: Kept } {
  return Object.fromEntries(members.split(' ').map((member) => [member, 'keep' as const]));
}

const BALANCE = keep('currency_code ledger_balance available_balance credit_balance pending_credits impacted_amount');
const RESPONSE = keep('code');

const JIT_FUNDING: Kept = {
  ...keep('token method user_token acting_user_token business_token amount original_jit_funding_token decline_reason'),
  // Ours: the decision id that the answer carried.
  ...keep('tags incremental_authorization_jit_funding_tokens'),
  balances: { '*': BALANCE },
};

const ORDER: Kept = {
  ...keep('token amount currency_code transaction_token state user_token business_token created_time tags'),
  ...keep('last_modified_time original_order_token'),
  jit_funding: JIT_FUNDING,
  response: RESPONSE,
  funding: {
    amount: 'keep',
    gateway_log: {
      ...keep('order_number transaction_id duration timed_out'),
      response: { code: 'keep', data: { jit_funding: JIT_FUNDING } },
    },
  },
};

const TRANSACTION: { readonly [member: string]: Kept } = {
  ...keep('type state token identifier user_token acting_user_token business_token card_token card_product_token'),
  ...keep('amount request_amount cash_back_amount currency_code acquirer_fee_amount anticipated_amount'),
  ...keep('amount_to_be_released is_final_clearing multi_clearing_sequence_number multi_clearing_sequence_count'),
  ...keep('clearing_record_sequence_number created_time user_transaction_time settlement_date issuer_received_time'),
  ...keep('local_transaction_date authorization_expiration network subnetwork network_reference_id polarity'),
  ...keep('acquirer_reference_data acquirer_reference_id network_transaction_lifecycle_id batch_number duration'),
  ...keep('is_preauthorization estimated_authorization standin_by standin_approved_by standin_reason'),
  ...keep('advice_reason_code original_transaction_token preceding_related_transaction_token approval_code'),
  ...keep('incremental_authorization_transaction_tokens'),
  response: RESPONSE,
  gpa: { ...BALANCE, balances: { '*': BALANCE } },
  gpa_order: ORDER,
  gpa_order_unload: ORDER,
  preceding_transaction: keep('amount token'),
  currency_conversion: {
    network: {
      ...keep('original_amount original_currency_code conversion_rate dynamic_currency_conversion'),
      settlement_data: keep('amount currency_code conversion_rate'),
    },
  },
  acquirer: keep('institution_id_code institution_country retrieval_reference_number system_trace_audit_number'),
  // The merchant's own name and category; its address and telephone are not needed.
  card_acceptor: keep('mid network_mid mcc mcc_groups name country_code country'),
  pos: keep(
    'pan_entry_mode pin_entry_mode pin_present card_presence card_holder_presence cardholder_authentication_method ' +
      'partial_approval_capable purchase_amount_only is_recurring is_installment terminal_id terminal_attendance ' +
      'terminal_location country_code special_condition_indicator transaction_initiated_by transaction_initiated_category',
  ),
  transaction_metadata: keep(
    'payment_channel moto_indicator transaction_category authorization_life_cycle is_lodging_auto_rental ' +
      'cross_border_transaction is_deferred_authorization one_leg_out',
  ),
  original_credit: keep('transaction_type funding_source fast_funds_enabled'),
  account_funding: keep('transaction_type funding_source'),
  card_security_code_verification: { type: 'keep', response: RESPONSE },
  digital_wallet_token: {
    ...keep('token card_token state fulfillment_status'),
    token_service_provider: keep('token_requestor_name token_type'),
  },
  network_metadata: keep('product_id program_id message_reason_code incoming_response_code outgoing_response_code'),
  fees: keep('type amount credit_debit'),
  chargeback: keep('token transaction_token state amount channel created_time credit_user'),
};

/** What happened to a card, a user or a business, but not why: reasons are free text. */
const TRANSITION: Kept = keep(
  'token type state status channel reason_code fulfillment_status created_time card_token card_product_token user_token ' +
    'business_token',
);

/** A request or record (bare), a webhook's batch of records or transitions (PROTOCOL 10.3), or an answer of ours: whatever it is. */
export const KEPT_MEMBERS: { readonly [member: string]: Kept } = {
  ...TRANSACTION,
  jit_funding: JIT_FUNDING,
  transactions: TRANSACTION,
  cards: TRANSITION,
  cardtransitions: TRANSITION,
  users: TRANSITION,
  usertransitions: TRANSITION,
  businesses: TRANSITION,
  businesstransitions: TRANSITION,
};
