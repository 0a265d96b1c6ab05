import type { ClearingTerms, DisputeTerms, HoldTerms, RecordLinks, SettlementFields } from '@freeway/core';
import { merchantOf } from './merchant-of.ts';
import { amountOf } from './record-amount.ts';
import { keyOf } from './record-links.ts';
import {
  isObject,
  readCount,
  readFlag,
  readInstant,
  readReference,
  readSentFlag,
  readText,
  type WireObject,
  type Writable,
} from './read-member.ts';
import { readAmount } from './wire-amount.ts';
import { partAt, type WirePart, type WireRecord } from './wire-record.ts';

const LONGEST_LIFE_DAYS = 400;

/** What says how long a hold lives and what becomes of its residue (money.md *expiry*, *residue*). */
export function holdTermsOf({ message }: WireRecord): HoldTerms {
  const terms: Writable<HoldTerms> = { isPreauthorization: readFlag(message['is_preauthorization']) };
  const expiresAtMs = readInstant(message['authorization_expiration']);
  if (expiresAtMs !== undefined) terms.expiresAtMs = expiresAtMs;
  const metadata = message['transaction_metadata'];
  const days = isObject(metadata) ? readCount(metadata['authorization_life_cycle'], LONGEST_LIFE_DAYS) : undefined;
  if (days !== undefined) terms.lifeCycleDays = days;
  const { category } = merchantOf(message['card_acceptor']);
  if (category !== undefined) terms.merchantCategory = category;
  const isCardPresent = isCardPresentOf(message);
  if (isCardPresent !== undefined) terms.isCardPresent = isCardPresent;
  return terms;
}

const REMOTE_CHANNELS: ReadonlySet<unknown> = new Set(['ECOMMERCE', 'MAIL', 'PHONE', 'MOTO']);
const ENTRY_AT_TERMINAL = /^(?:MAG_STRIPE|CHIP|KEYED_CARD_PCSC)/;

/** The terminal says it; else the channel, else how the number was read (PROTOCOL 3.6, 3.7). */
function isCardPresentOf(message: WireObject): boolean | undefined {
  const { pos, transaction_metadata: metadata } = message;
  const said = isObject(pos) ? readSentFlag(pos['card_presence']) : undefined;
  if (said !== undefined) return said;
  const channel = isObject(metadata) ? metadata['payment_channel'] : undefined;
  if (REMOTE_CHANNELS.has(channel)) return false;
  const mode = isObject(pos) ? readText(pos['pan_entry_mode']) : undefined;
  return channel === 'ATM' || (mode !== undefined && ENTRY_AT_TERMINAL.test(mode)) ? true : undefined;
}

const MOST_CLEARINGS = 9999;

export function clearingTermsOf(record: WireRecord, currency: string): ClearingTerms {
  const { message } = record;
  const terms: Writable<ClearingTerms> = {};
  const isFinal = readSentFlag(message['is_final_clearing']);
  if (isFinal !== undefined) terms.isFinal = isFinal;
  const member = 'amount_to_be_released';
  const release = amountOf(readAmount(record.numberAt, record.pathTo(member), message[member])?.text, currency);
  if (release.amountFault === undefined) terms.releaseMinor = release.amountMinor;
  const number = readCount(message['multi_clearing_sequence_number'], MOST_CLEARINGS);
  const count = readCount(message['multi_clearing_sequence_count'], MOST_CLEARINGS);
  if (number !== undefined && count !== undefined) terms.part = { number, count };
  return terms;
}

/**
 * The case: the chargeback's, else the dispute's, else what it is about. At `.chargeback` the cardholder is credited only if
 * the flag says so and an unload order does it (money.md *disputes*).
 */
export function disputeTermsOf({ message }: WireRecord, links: RecordLinks, ownToken: string): DisputeTerms {
  const { chargeback, dispute, gpa_order_unload: unload } = message;
  const caseToken =
    (isObject(chargeback) ? keyOf(chargeback['token']) : undefined) ??
    (isObject(dispute) ? keyOf(dispute['case_management_identifier']) : undefined) ??
    (isObject(chargeback) ? keyOf(chargeback['transaction_token']) : undefined) ??
    links.parentTransactionTokens[0] ??
    ownToken;
  return {
    caseToken,
    creditsCardholder: isObject(chargeback) && readFlag(chargeback['credit_user']) && isObject(unload),
  };
}

/** What a ledger transaction keeps of its record, as it came (money.md *Books*). */
export function settlementOf(record: WireRecord): SettlementFields {
  const { message } = record;
  const fields: Writable<SettlementFields> = {};
  const network = readText(message['network']);
  if (network !== undefined) fields.network = network;
  const date = dateOf(message['settlement_date']);
  if (date !== undefined) fields.settlementDate = date;
  const userTimeMs = readInstant(message['user_transaction_time']);
  if (userTimeMs !== undefined) fields.userTimeMs = userTimeMs;
  const networkReferenceId = readReference(message['network_reference_id']);
  if (networkReferenceId !== undefined) fields.networkReferenceId = networkReferenceId;
  const batchNumber = readReference(message['batch_number']);
  if (batchNumber !== undefined) fields.batchNumber = batchNumber;
  const conversion = conversionOf(record);
  if (conversion === undefined) return fields;
  const originalAmount = numeralAt(record, conversion, 'original_amount');
  if (originalAmount !== undefined) fields.originalAmount = originalAmount;
  const originalCurrency = readReference(conversion.members['original_currency_code']);
  if (originalCurrency !== undefined) fields.originalCurrency = originalCurrency;
  const rate = numeralAt(record, conversion, 'conversion_rate');
  if (rate !== undefined) fields.conversionRate = rate;
  return fields;
}

/** Simulated records have the conversion's members without `network` around them. */
function conversionOf({ message, pathTo }: WireRecord): WirePart | undefined {
  const name = 'currency_conversion';
  const outer = partAt(message[name], pathTo(name));
  return partAt(outer?.members['network'], [...pathTo(name), 'network']) ?? outer;
}

const MAX_NUMERAL_LENGTH = 64;

/** A number's digits as sent. */
function numeralAt({ numberAt }: WireRecord, { members, path }: WirePart, member: string): string | undefined {
  const value = members[member];
  const digits = typeof value === 'number' ? numberAt([...path, member]) : readText(value);
  return digits === undefined || digits.length > MAX_NUMERAL_LENGTH ? undefined : digits;
}

/** The day of an instant, or a day. */
function dateOf(value: unknown): string | undefined {
  const day = readText(value)?.slice(0, 10);
  const isDay = day !== undefined && /^\d{4}-\d\d-\d\d$/.test(day) && readInstant(`${day}T00:00:00Z`) !== undefined;
  return isDay ? day : undefined;
}
