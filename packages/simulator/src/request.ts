import { cardAcceptor, pointOfSale } from './request-merchant.ts';
import { createRandom } from './random.ts';
import {
  acquirer,
  addressVerification,
  cashBack,
  chainTraits,
  conversion,
  firstTokenOf,
  fraud,
  fundingLegToken,
  fundingSource,
  MASKED_SOURCE,
  messageAmount,
  owners,
  parties,
  times,
} from './transaction-parts.ts';
import type { Message } from './message.ts';
import type { Random } from './random.ts';

/**
 * The body of a JIT request (PROTOCOL section 3): one transaction object at the top level, the funding part nested.
 * The same message gives the same text; only its JIT token may differ between two messages of one transaction, for
 * incidental details are drawn from the transaction token.
 */
export function buildRequest(message: Message): string {
  const random = createRandom(message.transactionToken);
  const amount = messageAmount(message);
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
    ...cashBack(message),
    currency_code: message.currency,
    currency_conversion: conversion(message.currency, amount),
    network: message.network ?? 'VISA',
    subnetwork: kind.subnetwork,
    acquirer_fee_amount: 0,
    acquirer: acquirer(random),
    network_reference_id: chainTraits(firstTokenOf(message)).networkReference,
    network_metadata: { product_id: 'F', program_id: 'VISA', spend_qualifier: 'SPEND_QUALIFICATION_NOT_APPLICABLE' },
    fraud: fraud(random),
    user: { metadata: {} },
    card: { last_four: message.lastFour, metadata: {} },
    issuer_payment_node: random.hex(32),
    card_acceptor: cardAcceptor(merchant, model),
    ...(model === 2 ? pointOfSale(message, random) : {}),
    ...(kind.extendable && message.isPreauthorization ? { is_preauthorization: true } : {}),
    ...(message.fastFunds ? { original_credit: { fast_funds_enabled: true } } : {}),
    ...links(message),
    ...(merchant.channel === 'OTHER' && random.chance(0.2) ? { digital_wallet_token: wallet(message, random) } : {}),
  });
}

function order(message: Message, amount: unknown, random: Random): object {
  const isLoad = message.kind.order === 'gpa_order';
  return {
    token: chainTraits(firstTokenOf(message)).orderToken,
    amount,
    transaction_token: fundingLegToken(message),
    state: 'PENDING',
    funding: { amount, source: fundingSource() },
    funding_source_token: MASKED_SOURCE,
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
