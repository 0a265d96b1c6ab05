import type { RecordEffect, RecordLinks, TransactionRecord } from '@freeway/core';
import { digestOf } from './fingerprint.ts';
import { actingUserOf, ownerOf } from './parties.ts';
import {
  isObject,
  readFlag,
  readInstant,
  readReference,
  readText,
  type WireObject,
  type Writable,
} from './read-member.ts';
import { type PlatformView, platformViewOf } from './record-agreement.ts';
import { fundedAmountOf, hasFundedAmount, type RecordAmount, totalAmountOf } from './record-amount.ts';
import { keyOf, linksOf } from './record-links.ts';
import { isSuccess, outcomeOf, responseCodeOf } from './record-outcome.ts';
import { clearingTermsOf, disputeTermsOf, holdTermsOf, settlementOf } from './record-terms.ts';
import { recordTypeOf } from './record-types.ts';
import { orderOf, type WireOrder, type WireRecord, wireRecordOf } from './wire-record.ts';

export interface DecodeRecordOptions {
  /** When it came, ms since the epoch; the time of the event only if the record names none. */
  readonly receivedAtMs: number;
}

/** Why an element is no record at all. `detail` holds nothing of it: it may be logged. */
export interface RecordFault {
  readonly code: 'not_json' | 'not_an_object';
  readonly detail: string;
}

export type DecodedRecord =
  | { readonly ok: true; readonly record: TransactionRecord; readonly agreement: PlatformView }
  | { readonly ok: false; readonly fault: RecordFault };

/**
 * Decodes one transaction record: an element of a webhook, or what a look-up returns (PROTOCOL 5, 6, 11). Never throws, and
 * refuses no object: what cannot be read is in the record as a fault, for nothing on the webhook side is ever refused
 * (money.md *nobody's money*).
 * @param text JSON of the element exactly as sent: amounts are read from its digits
 */
export function decodeRecord(text: string, { receivedAtMs }: DecodeRecordOptions): DecodedRecord {
  let element: unknown;
  try {
    element = JSON.parse(text);
  } catch {
    return { ok: false, fault: { code: 'not_json', detail: 'The record is not JSON.' } };
  }
  if (!isObject(element))
    return { ok: false, fault: { code: 'not_an_object', detail: 'The record is not a JSON object.' } };
  const wire = wireRecordOf(text, element);
  const meaning = meaningOf(wire);
  const { order, amount } = meaning;
  const record = recordOf(wire, meaning, receivedAtMs);
  return { ok: true, record, agreement: platformViewOf(wire, order, amount.currency) };
}

/** What a record says happened, before who and when. */
interface Meaning {
  readonly type: string;
  readonly state: string;
  readonly code: string | undefined;
  readonly effect: RecordEffect;
  readonly counterpart: TransactionRecord['counterpart'];
  readonly isReversalType: boolean;
  readonly order: WireOrder;
  readonly method: string | undefined;
  readonly amount: RecordAmount;
}

const BRING_MONEY: ReadonlySet<RecordEffect> = new Set([
  'expected_credit',
  'expected_credit_advice',
  'expected_credit_reversal',
  'credit',
  'credit_reversal',
  'dispute_provisional_credit',
  'dispute_chargeback',
  'dispute_completed',
  'dispute_take_back',
]);

const REVERSALS: ReadonlySet<RecordEffect> = new Set([
  'release',
  'single_reversal',
  'expected_credit_reversal',
  'credit_reversal',
]);

/** money.md *type first*, *funding leg*. */
function meaningOf(wire: WireRecord): Meaning {
  const { message } = wire;
  const type = readText(message['type']) ?? '';
  const row = recordTypeOf(type);
  const byType = row?.effect ?? 'unexplained';
  const order = orderOf(wire, BRING_MONEY.has(byType) ? 'unload' : 'load');
  const method = readText(order.jit?.members['method']);
  const code = responseCodeOf(message);
  const lowers = byType === 'advice' && method === 'pgfs.authorization.reversal' && hasFundedAmount(wire, order);
  const setsTotal = (byType === 'advice' && !lowers) || byType === 'expected_credit_advice';
  const amount = setsTotal ? totalAmountOf(wire, order) : fundedAmountOf(wire, order);
  const isNothing = amount.amountFault === undefined && amount.amountMinor === 0n;
  let effect = lowers ? 'release' : byType;
  if (readText(message['subnetwork']) === 'GATEWAY_JIT') effect = 'no_money';
  if (effect === 'unexplained' && (isNothing || !isSuccess(code))) effect = 'no_money';
  return {
    type,
    state: readText(message['state'])?.toUpperCase() ?? '',
    code,
    effect,
    counterpart: row?.counterpart ?? 'suspense',
    isReversalType: REVERSALS.has(byType),
    order,
    method,
    amount,
  };
}

const HOLD_TERMS: ReadonlySet<RecordEffect> = new Set(['hold', 'single', 'increment', 'advice', 'clearing']);

function recordOf(wire: WireRecord, meaning: Meaning, receivedAtMs: number): TransactionRecord {
  const { message } = wire;
  const { type, state, effect, order, amount } = meaning;
  const token = keyOf(message['token']) ?? `sha256:${digestOf(wire.text)}`;
  const links = linksOf(wire, order, { token, type, effect });
  const createdAtMs = createdAtMsOf(message) ?? receivedAtMs;
  const credit = message['original_credit'];
  const record: Writable<TransactionRecord> = {
    transactionToken: token,
    type,
    state,
    source: 'platform',
    effect,
    outcome: outcomeOf(state, meaning.code),
    amountMinor: amount.amountMinor,
    isRounded: amount.isRounded,
    currency: amount.currency,
    counterpart: meaning.counterpart,
    links,
    createdAtMs,
    countedAtMs: readInstant(message['issuer_received_time']) ?? createdAtMs,
    isCompleted: state === 'COMPLETION',
    // A reversal that leaves nothing is CLEARED, a partial one PENDING (PROTOCOL 5.6).
    isFullReversal: meaning.isReversalType && state === 'CLEARED',
    isStandIn: isStandIn(message, meaning),
    fastFunds: isObject(credit) && readFlag(credit['fast_funds_enabled']),
    settlement: settlementOf(wire),
  };
  if (amount.amountFault !== undefined) record.amountFault = amount.amountFault;
  const identifier = readReference(message['identifier']);
  if (identifier !== undefined && /^\d{1,30}$/.test(identifier)) record.identifier = identifier;
  addParties(record, message, order);
  addTerms(record, wire, links);
  return record;
}

/** PROTOCOL 9: marked by the platform, by the type or method, or by who funded it. */
function isStandIn(message: WireObject, { type, method }: Meaning): boolean {
  return (
    readText(message['standin_by']) !== undefined ||
    readText(message['standin_approved_by']) !== undefined ||
    type.endsWith('.standin') ||
    method?.endsWith('.standin') === true ||
    readText(message['subnetwork']) === 'MANAGED_JIT'
  );
}

function createdAtMsOf(message: WireObject): number | undefined {
  return (
    readInstant(message['created_time']) ??
    readInstant(message['user_transaction_time']) ??
    readInstant(message['issuer_received_time'])
  );
}

/** money.md *payer*, as in a request: the funding's word, then the order's, then the transaction's. */
function addParties(record: Writable<TransactionRecord>, message: WireObject, { order, jit }: WireOrder): void {
  const funding = jit?.members ?? {};
  const owner = ownerOf(funding, order?.members ?? {}, message);
  if (owner !== undefined) record.owner = owner;
  const acting = actingUserOf(funding, message, owner);
  if (acting !== undefined) record.actingUserToken = acting;
  const cardToken = readReference(message['card_token']);
  if (cardToken !== undefined) record.cardToken = cardToken;
}

function addTerms(record: Writable<TransactionRecord>, wire: WireRecord, links: RecordLinks): void {
  const { effect, currency, transactionToken } = record;
  if (HOLD_TERMS.has(effect)) record.hold = holdTermsOf(wire);
  if (effect === 'clearing') record.clearing = clearingTermsOf(wire, currency);
  if (effect.startsWith('dispute_')) record.dispute = disputeTermsOf(wire, links, transactionToken);
}
