import { CURRENCIES } from './currencies.ts';
import { toMinor, writeAmount } from './decimal-money.ts';
import { cardAcceptor, pointOfSale } from './request-merchant.ts';
import { createRandom } from './random.ts';
import type { Message } from './message.ts';
import type { Random } from './random.ts';

/** `JSON.rawJSON` (in Node since 21): JSON text that `JSON.stringify` copies, so that amounts stay exact. */
const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;

/**
 * The body of a JIT request (PROTOCOL section 3): one transaction object at the top level, the funding part nested.
 * The same message gives the same text; only its JIT token may differ between two messages of one transaction, for
 * incidental details are drawn from the transaction token.
 */
export function buildRequest(message: Message): string {
  const random = createRandom(message.transactionToken);
  const amount = rawJson(amountJson(message));
  const { kind, merchant, model } = message;
  return JSON.stringify({
    type: kind.type,
    state: 'PENDING',
    token: message.transactionToken,
    ...parties(message),
    card_product_token: 'freeway_demo_product',
    gpa: programmeBalance(message.currency),
    [kind.order]: order(message, amount, random),
    ...times(message.receivedAtMs),
    amount,
    request_amount: amount,
    currency_code: message.currency,
    currency_conversion: conversion(message, amount),
    network: 'VISA',
    subnetwork: kind.subnetwork,
    acquirer_fee_amount: 0,
    acquirer: acquirer(random),
    network_reference_id: random.digits(15),
    network_metadata: { product_id: 'F', program_id: 'VISA', spend_qualifier: 'SPEND_QUALIFICATION_NOT_APPLICABLE' },
    fraud: fraud(random),
    user: { metadata: {} },
    card: { last_four: message.lastFour, metadata: {} },
    issuer_payment_node: random.hex(32),
    card_acceptor: cardAcceptor(merchant, model),
    ...(model === 2 ? pointOfSale(message, random) : {}),
    ...(kind.extendable && merchant.mcc === '7011' ? { is_preauthorization: true } : {}),
    ...links(message),
    ...(merchant.channel === 'OTHER' && random.chance(0.2) ? { digital_wallet_token: wallet(message, random) } : {}),
  });
}

function amountJson({ amountText, amountForm, currency }: Message): string {
  const minor = toMinor(amountText, currency);
  return amountForm === 'as_is' || minor === undefined ? amountText : writeAmount(minor, currency, amountForm);
}

/** money.md *payer*: the business when there is one, else the user; the acting user is whoever holds the card. */
function parties({ payer, userToken, cardToken }: Message): object {
  return { ...owners({ payer, userToken }), card_token: cardToken };
}

function owners({ payer, userToken }: Pick<Message, 'payer' | 'userToken'>): object {
  return {
    user_token: payer.kind === 'user' ? payer.token : userToken,
    acting_user_token: userToken,
    ...(payer.kind === 'business' ? { business_token: payer.token } : {}),
  };
}

function order(message: Message, amount: unknown, random: Random): object {
  const stamp = '2024-01-01T00:00:00Z';
  const isLoad = message.kind.order === 'gpa_order';
  return {
    token: random.uuid(),
    amount,
    transaction_token: random.uuid(),
    state: 'PENDING',
    funding: {
      amount,
      source: {
        type: 'programgateway',
        token: '**********eway',
        active: true,
        name: 'freeway_gateway',
        is_default_account: false,
        created_time: stamp,
        last_modified_time: stamp,
      },
    },
    funding_source_token: '**********eway',
    jit_funding: {
      token: message.messageToken,
      method: message.kind.method,
      ...owners(message),
      amount,
      ...(message.extends ? { original_jit_funding_token: message.extends.messageToken } : {}),
      ...(message.merchant.channel === 'ECOMMERCE' ? { address_verification: addressVerification(random) } : {}),
    },
    ...owners(message),
    // PROTOCOL section 3.4: present in loads, absent in captured unloads.
    ...(isLoad ? { currency_code: message.currency } : {}),
  };
}

/** Blank-padded as captured: a gateway must not choke on it, nor copy it (money.md *closed response*). */
function addressVerification(random: Random): object {
  const street = `${random.between(1, 999)}`.padEnd(5);
  const postalCode = random.digits(5);
  return {
    request: { street_address: street, postal_code: postalCode.padEnd(9) },
    issuer: {
      on_file: { street_address: `${street.trim()} Example Street`, postal_code: postalCode },
      response: { code: '0000', memo: 'Address and postal code match' },
    },
  };
}

/** The platform's own balance under Gateway JIT: nothing to spend (PROTOCOL section 1). */
function programmeBalance(currency: string): object {
  const balance = {
    currency_code: currency,
    ledger_balance: 0,
    available_balance: 0,
    credit_balance: 0,
    pending_credits: 0,
  };
  return { ...balance, balances: { [currency]: balance } };
}

function times(receivedAtMs: number): object {
  const received = new Date(receivedAtMs).toISOString();
  const second = `${received.slice(0, 19)}Z`;
  return {
    created_time: second,
    user_transaction_time: second,
    settlement_date: `${received.slice(0, 10)}T00:00:00Z`,
    local_transaction_date: second,
    issuer_received_time: received,
  };
}

function conversion({ currency }: Message, amount: unknown): object {
  const numericCode = CURRENCIES[currency]?.numericCode ?? '999';
  return { network: { original_amount: amount, conversion_rate: 1, original_currency_code: numericCode } };
}

function acquirer(random: Random): object {
  return {
    institution_country: '840',
    institution_id_code: random.digits(9),
    retrieval_reference_number: random.digits(12),
    system_trace_audit_number: random.digits(6),
  };
}

function fraud(random: Random): object {
  const score = random.between(0, 99);
  return {
    // Number in one place, text in the other, as captured (PROTOCOL section 3.9).
    network: { transaction_risk_score: score, account_risk_score: `${random.between(0, 9)} ` },
    issuer_processor: { score: `${score}`, risk_level: 'LOW', rule_violations: [], recommended_action: 'APPROVE' },
  };
}

function links(message: Message): object {
  if (message.extends === undefined) return {};
  const { transactionToken } = message.extends;
  return { preceding_related_transaction_token: transactionToken, original_transaction_token: transactionToken };
}

function wallet(message: Message, random: Random): object {
  return {
    token: random.uuid(),
    card_token: message.cardToken,
    state: 'ACTIVE',
    state_reason: 'Digital wallet token provisioned to digital wallet',
    fulfillment_status: 'PROVISIONED',
    device: { type: 'MOBILE_PHONE', name: 'Example phone', device_id: random.hex(48), ip_address: '192.0.2.1' },
    token_service_provider: {
      token_pan: `489537______${random.digits(4)}`,
      token_type: 'DEVICE_SECURE_ELEMENT',
      token_expiration: '1240',
      token_requestor_id: random.digits(11),
      token_requestor_name: 'APPLE_PAY',
      correlation_id: random.hex(14),
    },
    wallet_provider_profile: { account: { id: random.hex(64), score: '5' }, pan_source: 'ON_FILE', device_score: '5' },
  };
}
