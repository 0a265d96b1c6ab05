/** What a request asks for; `notice` only tells. */
export type RequestKind = 'purchase' | 'increment' | 'refund' | 'inquiry' | 'verification' | 'notice' | 'unsupported';

export interface TextbookRequest {
  readonly kind: RequestKind;
  readonly messageToken: string;
  readonly transactionToken: string;
  /** The transaction that opened what this one adds to; its own where it opens one. */
  readonly chainToken: string;
  readonly method: string;
  readonly userToken: string;
  readonly actingUserToken: string | undefined;
  readonly originalToken: string | undefined;
  readonly cardToken: string;
  /** As it stands in the body: a number that was parsed has lost its digits. */
  readonly amountText: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  /** The day of the event in UTC, `YYYY-MM-DD`. */
  readonly eventDate: string;
}

/** PROTOCOL 5, as far as the bench plays it. */
const KINDS: ReadonlyMap<string, RequestKind> = new Map([
  ['pgfs.authorization', 'purchase'],
  ['pgfs.authorization.cashback', 'purchase'],
  ['pgfs.authorization.quasi.cash', 'purchase'],
  ['pgfs.atm.withdrawal', 'purchase'],
  ['pgfs.auth_plus_capture', 'purchase'],
  ['pgfs.billpayment', 'purchase'],
  ['pgfs.billpayment.capture', 'purchase'],
  ['pgfs.pindebit', 'purchase'],
  ['pgfs.pindebit.authorization', 'purchase'],
  ['pgfs.pindebit.cashback', 'purchase'],
  ['pgfs.pindebit.atm.withdrawal', 'purchase'],
  ['pgfs.pindebit.quasi.cash', 'purchase'],
  ['pgfs.authorization.incremental', 'increment'],
  ['pgfs.refund.authorization', 'refund'],
  ['pgfs.balanceinquiry', 'inquiry'],
  ['pgfs.pindebit.balanceinquiry', 'inquiry'],
  ['pgfs.authorization.account_verification', 'verification'],
  ['pgfs.authorization.advice', 'notice'],
  ['pgfs.authorization.reversal', 'notice'],
  ['pgfs.authorization.capture', 'notice'],
]);

interface WireFunding {
  readonly token?: string;
  readonly method?: string;
  readonly user_token?: string;
  readonly acting_user_token?: string;
  readonly original_jit_funding_token?: string;
}

interface WireRequest {
  readonly token?: string;
  readonly card_token?: string;
  readonly currency_code?: string;
  readonly created_time?: string;
  readonly issuer_received_time?: string;
  readonly preceding_related_transaction_token?: string;
  readonly gpa_order?: WireOrder;
  readonly gpa_order_unload?: WireOrder;
}

interface WireOrder {
  readonly jit_funding?: WireFunding;
}

/** Undefined for a body that cannot be answered by 200 or 402 (PROTOCOL 7.1). */
export function readRequest(body: string): TextbookRequest | undefined {
  const message = parse(body);
  const funding = (message?.gpa_order ?? message?.gpa_order_unload)?.jit_funding;
  const amountText = amountTextOf(body);
  const time = message?.issuer_received_time ?? message?.created_time;
  if (message?.token === undefined || message.card_token === undefined || time === undefined) return undefined;
  if (funding?.token === undefined || funding.method === undefined || funding.user_token === undefined)
    return undefined;
  if (amountText === undefined) return undefined;
  const amountMinor = minorOf(amountText);
  const kind = KINDS.get(funding.method) ?? 'unsupported';
  return {
    // Nothing to hold: it asks whether the card is good.
    kind: kind === 'purchase' && amountMinor === 0n ? 'verification' : kind,
    messageToken: funding.token,
    transactionToken: message.token,
    chainToken: (kind === 'increment' ? message.preceding_related_transaction_token : undefined) ?? message.token,
    method: funding.method,
    userToken: funding.user_token,
    actingUserToken: funding.acting_user_token,
    originalToken: funding.original_jit_funding_token,
    cardToken: message.card_token,
    amountText,
    amountMinor,
    currency: message.currency_code ?? '',
    eventDate: time.slice(0, 10),
  };
}

function parse(body: string): WireRequest | undefined {
  try {
    return JSON.parse(body) as WireRequest;
  } catch {
    return undefined;
  }
}

const AMOUNT = /"amount"\s*:\s*([^\s,}]*)/g;
const DECIMAL = /^\d+(\.\d{1,2})?$/;

/** Of `jit_funding`, which holds no other member of that name before it. */
function amountTextOf(body: string): string | undefined {
  AMOUNT.lastIndex = body.indexOf('"jit_funding"');
  const text = AMOUNT.exec(body)?.[1];
  return text !== undefined && DECIMAL.test(text) ? text : undefined;
}

/** Of a currency with two decimals, as the programme's only one has. */
function minorOf(amountText: string): bigint {
  const [major = '0', fraction = ''] = amountText.split('.');
  return BigInt(major + fraction.padEnd(2, '0'));
}
