import { CURRENCIES } from './currencies.ts';
import { createRandom } from './random.ts';
import { toMinor, writeAmount } from './decimal-money.ts';
import type { Message } from './message.ts';
import type { Random } from './random.ts';

/** `JSON.rawJSON` (in Node since 21): JSON text that `JSON.stringify` copies, so that amounts stay exact. */
const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;

/** The message's own amount, written as the message says. */
export function messageAmount({ amountText, amountForm, currency }: Message): unknown {
  const minor = toMinor(amountText, currency);
  return rawJson(amountForm === 'as_is' || minor === undefined ? amountText : writeAmount(minor, currency, amountForm));
}

/** Any amount, written like the message's own. */
export function moneyAmount(
  minor: bigint,
  { amountForm, currency }: Pick<Message, 'amountForm' | 'currency'>,
): unknown {
  const form = amountForm === 'as_is' ? 'shortest' : amountForm;
  if (minor >= 0n) return rawJson(writeAmount(minor, currency, form));
  // What is signed is always a number (PROTOCOL section 4).
  return rawJson(`-${writeAmount(-minor, currency, form === 'quoted' ? 'padded' : form)}`);
}

export function cashBack(message: Message): object {
  const { cashBackMinor } = message;
  return cashBackMinor === undefined ? {} : { cash_back_amount: moneyAmount(cashBackMinor, message) };
}

/** What a chain's transactions share (PROTOCOL section 6), drawn from the token of its first. */
export interface ChainTraits {
  readonly orderToken: string;
  readonly approvalCode: string;
  readonly networkReference: string;
  readonly acquirerReference: string;
}

export function chainTraits(firstToken: string): ChainTraits {
  const random = createRandom(`chain ${firstToken}`);
  return {
    orderToken: random.uuid(),
    approvalCode: random.digits(6),
    networkReference: random.digits(15),
    acquirerReference: random.digits(23),
  };
}

/** The token of the first transaction of the chain that a message belongs to. */
export function firstTokenOf(message: Message): string {
  return message.extends?.transactionToken ?? message.transactionToken;
}

/** The record that mirrors a transaction on the platform's side (PROTOCOL section 5.4). */
export function fundingLegToken({ transactionToken }: Message): string {
  return createRandom(`leg of ${transactionToken}`).uuid();
}

/** money.md *payer*: the business when there is one, else the user; the acting user is whoever holds the card. */
export function parties({ payer, userToken, cardToken }: Message): object {
  return { ...owners({ payer, userToken }), card_token: cardToken };
}

export function owners({ payer, userToken }: Pick<Message, 'payer' | 'userToken'>): object {
  return {
    user_token: payer.kind === 'user' ? payer.token : userToken,
    acting_user_token: userToken,
    ...(payer.kind === 'business' ? { business_token: payer.token } : {}),
  };
}

/** How the programme's one funding source shows itself in orders: masked but for the end (PROTOCOL section 3.4). */
export function fundingSource(): object {
  const stamp = '2024-01-01T00:00:00Z';
  return {
    type: 'programgateway',
    token: MASKED_SOURCE,
    active: true,
    name: 'freeway_gateway',
    is_default_account: false,
    created_time: stamp,
    last_modified_time: stamp,
  };
}

export const MASKED_SOURCE = '**********eway';

/** Blank-padded as captured: a gateway must not choke on it, nor copy it (money.md *closed response*). */
export function addressVerification(random: Random): object {
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

export function times(receivedAtMs: number): object {
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

export function conversion(currency: string, amount: unknown): object {
  const numericCode = CURRENCIES[currency]?.numericCode ?? '999';
  return { network: { original_amount: amount, conversion_rate: 1, original_currency_code: numericCode } };
}

export function acquirer(random: Random): object {
  return {
    institution_country: '840',
    institution_id_code: random.digits(9),
    retrieval_reference_number: random.digits(12),
    system_trace_audit_number: random.digits(6),
  };
}

export function fraud(random: Random): object {
  const score = random.between(0, 99);
  return {
    // Number in one place, text in the other, as captured (PROTOCOL section 3.9).
    network: { transaction_risk_score: score, account_risk_score: `${random.between(0, 9)} ` },
    issuer_processor: { score: `${score}`, risk_level: 'LOW', rule_violations: [], recommended_action: 'APPROVE' },
  };
}
