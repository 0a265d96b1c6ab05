import { cardAcceptor, pointOfSale } from '../request-merchant.ts';
import { createRandom } from '../random.ts';
import { buildOrder } from './build-order.ts';
import { toMinor } from '../decimal-money.ts';
import {
  acquirer,
  cashBack,
  chainTraits,
  conversion,
  firstTokenOf,
  fraud,
  fundingLegToken,
  messageAmount,
  moneyAmount,
  parties,
  times,
} from '../transaction-parts.ts';
import type { DisputeCase, Happening } from './happening.ts';

/**
 * A transaction record as the webhook carries it: Transaction Model v2, JSON text (PROTOCOL sections 3, 5.5, 6 and 11). What it
 * shares with its request is drawn from the same token and so reads the same. `platformHeldMinor`: what the platform holds
 * for this owner and currency once it happened.
 */
export function buildRecord(happening: Happening, platformHeldMinor: bigint): string {
  const { kind, message, verdict } = happening;
  const random = createRandom(message.transactionToken);
  const shown = shownAmount(happening);
  const { requestedMinor } = happening;
  const traits = chainTraits(firstTokenOf(message));
  return JSON.stringify({
    type: kind.type,
    state: stateOf(happening),
    identifier: String(happening.identifier),
    token: message.transactionToken,
    ...parties(message),
    card_product_token: 'freeway_demo_product',
    gpa: platformBalance(happening, platformHeldMinor),
    ...buildOrder(happening, random),
    duration:
      (happening.asked?.durationMs ?? 0) + createRandom(`duration ${message.transactionToken}`).between(40, 400),
    ...times(message.receivedAtMs),
    amount: shown,
    request_amount: requestedMinor === undefined ? shown : moneyAmount(requestedMinor, message),
    ...cashBack(message),
    currency_code: message.currency,
    currency_conversion: conversion(message.currency, shown),
    ...(verdict.isApproved ? { approval_code: traits.approvalCode } : {}),
    response: { code: verdict.code, memo: verdict.memo },
    network: message.network ?? 'VISA',
    subnetwork: isCommando(happening) ? 'MANAGED_JIT' : message.kind.subnetwork,
    acquirer_fee_amount: 0,
    acquirer: acquirer(random),
    network_reference_id: traits.networkReference,
    fraud: fraud(random),
    user: { metadata: {} },
    card: { last_four: message.lastFour, metadata: {} },
    issuer_payment_node: random.hex(32),
    card_acceptor: cardAcceptor(message.merchant, 2),
    ...pointOfSale(message, random),
    ...(message.kind.extendable && message.isPreauthorization ? { is_preauthorization: true } : {}),
    ...(message.fastFunds ? { original_credit: { fast_funds_enabled: true } } : {}),
    ...links(happening),
    ...clearingSigns(happening),
    ...standIn(happening),
    ...(happening.dispute === undefined ? {} : { chargeback: chargeback(happening.dispute, shown) }),
  });
}

/** What could not be read as an amount is told as it was sent. */
function shownAmount({ message, amountMinor, shownMinor }: Happening): unknown {
  const isAmount = toMinor(message.amountText, message.currency) !== undefined;
  return isAmount ? moneyAmount(shownMinor ?? amountMinor, message) : messageAmount(message);
}

/**
 * The funding leg: a record of its own that mirrors the card transaction and is no money of the cardholder's (PROTOCOL section
 * 5.4, money.md *funding leg*). Undefined where nothing was funded.
 */
export function buildFundingLeg(happening: Happening): { readonly token: string; readonly text: string } | undefined {
  const { kind, message, verdict } = happening;
  if (kind.order === undefined || happening.isBare || !verdict.isApproved) return undefined;
  const token = fundingLegToken(message);
  const amount = shownAmount(happening);
  const text = JSON.stringify({
    type: kind.order === 'gpa_order' ? 'gpa.credit.authorization' : 'gpa.debit.authorization',
    state: kind.state,
    identifier: String(happening.identifier),
    token,
    ...parties(message),
    ...times(message.receivedAtMs),
    amount,
    request_amount: amount,
    currency_code: message.currency,
    response: { code: verdict.code, memo: verdict.memo },
    network: message.network ?? 'VISA',
    subnetwork: 'GATEWAY_JIT',
    acquirer_fee_amount: 0,
  });
  return { token, text };
}

function stateOf({ kind, verdict }: Happening): string {
  return verdict.isApproved ? kind.state : 'DECLINED';
}

function isCommando({ standInBy }: Happening): boolean {
  return standInBy !== undefined && standInBy !== 'NETWORK';
}

/** PROTOCOL section 5.5: what is held, and how this transaction moved it, sign and all. */
function platformBalance(happening: Happening, heldMinor: bigint): object {
  const { kind, message, verdict } = happening;
  const shownMinor = happening.shownMinor ?? happening.amountMinor;
  const isMoved = verdict.isApproved && kind.impact !== 0;
  const balance = {
    currency_code: message.currency,
    ledger_balance: moneyAmount(heldMinor, message),
    available_balance: 0,
    credit_balance: 0,
    pending_credits: 0,
    ...(isMoved ? { impacted_amount: moneyAmount(BigInt(kind.impact) * shownMinor, message) } : {}),
  };
  return { ...balance, balances: { [message.currency]: balance } };
}

/** PROTOCOL section 6: a captured chain names its first authorization in every follow-up. */
function links({ message, follows }: Happening): object {
  return {
    ...(follows === undefined ? {} : { preceding_related_transaction_token: follows }),
    ...(message.extends === undefined ? {} : { original_transaction_token: message.extends.transactionToken }),
  };
}

function clearingSigns({ kind, message, clearing }: Happening): object {
  if (kind.deed !== 'clear' && kind.deed !== 'credit') return {};
  // The acquirer numbers its presentments: two clearings of one purchase have two references.
  const own = chainTraits(message.transactionToken);
  const { isFinal, releaseMinor, part } = clearing ?? {};
  return {
    acquirer_reference_data: own.acquirerReference,
    batch_number: `${message.receivedAtMs}`.slice(0, 8),
    clearing_record_sequence_number: '0',
    ...(isFinal === undefined ? {} : { is_final_clearing: isFinal }),
    ...(releaseMinor === undefined ? {} : { amount_to_be_released: moneyAmount(releaseMinor, message) }),
    ...(part === undefined
      ? {}
      : {
          multi_clearing_sequence_number: String(part.number).padStart(2, '0'),
          multi_clearing_sequence_count: String(part.count).padStart(2, '0'),
        }),
  };
}

function standIn({ standInBy }: Happening): object {
  if (standInBy === undefined) return {};
  const network = { standin_reason: 'ISSUER_UNAVAILABLE', advice_reason_code: '0120' };
  return {
    standin_by: standInBy,
    standin_approved_by: standInBy,
    ...(standInBy === 'NETWORK' ? network : {}),
  };
}

function chargeback(
  { caseToken, state, creditsUser, disputedToken, openedAtMs }: DisputeCase,
  amount: unknown,
): object {
  const opened = `${new Date(openedAtMs).toISOString().slice(0, 19)}Z`;
  return {
    token: caseToken,
    state,
    amount,
    channel: 'ISSUER',
    network: 'VISA',
    credit_user: creditsUser,
    reason_code: '10.4',
    transaction_token: disputedToken,
    created_time: opened,
    last_modified_time: opened,
  };
}
