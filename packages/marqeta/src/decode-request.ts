import { parseAmount, type AuthorizationRequest } from '@freeway/core';
import { digestOf, fingerprintOf } from './fingerprint.ts';
import { merchantOf } from './merchant-of.ts';
import type { OrderSide } from './methods.ts';
import { actingUserOf, ownerOf, userTokenEcho } from './parties.ts';
import { createJsonReader, ExactNumber } from './json-reader.ts';
import {
  isObject,
  readEcho,
  readFlag,
  readInstant,
  readText,
  readToken,
  type WireObject,
  type Writable,
} from './read-member.ts';
import { requestKindOf, type UnknownMethod } from './request-kind-of.ts';
import { REQUEST_MEMBERS } from './request-members.ts';
import { amountOfNumber, amountOfText, type WireAmount } from './wire-amount.ts';

export interface DecodeOptions {
  readonly unknownMethod: UnknownMethod;
  /** When the first byte came, ms since the epoch; the time of the event only if the message names none. */
  readonly receivedAtMs: number;
}

/** What an answer repeats of its request, exactly as it came. Whatever else it holds is ours (money.md *closed response*). */
export interface Echo {
  readonly token: string;
  readonly method: string;
  readonly userToken: string;
  /** JSON number text. */
  readonly amount: string;
  readonly businessToken: string | undefined;
  readonly actingUserToken: string | undefined;
  readonly originalToken: string | undefined;
  /** Only these are answered with `balances`. */
  readonly isBalanceInquiry: boolean;
}

/** Why no answer but a 400 is possible: what has to be echoed is not there (money.md *always answer*). */
export interface DecodeFault {
  readonly code: 'not_json' | 'no_funding' | 'no_token' | 'no_method' | 'no_amount';
  /** One sentence that holds nothing of the message: it may be logged and sent back. */
  readonly detail: string;
}

export type DecodedRequest =
  | { readonly ok: true; readonly request: AuthorizationRequest; readonly echo: Echo }
  | { readonly ok: false; readonly fault: DecodeFault };

interface Funding {
  readonly side: OrderSide;
  readonly order: WireObject;
  readonly jit: WireObject;
}

const readRequest = createJsonReader(REQUEST_MEMBERS);

/**
 * Decodes one JIT funding request of Transaction Model v1 or v2 (PROTOCOL 3). Never throws on any body. A faulty amount
 * or currency, an unusable card or owner is not a fault here: the request says so, and the decision declines it.
 */
export function decodeRequest(body: string | Uint8Array, options: DecodeOptions): DecodedRequest {
  const message = readMessage(body);
  if (message === undefined) return fault('not_json', 'The body is not JSON in UTF-8.');
  const funding = findFunding(message);
  if (funding === undefined)
    return fault('no_funding', 'The body has neither gpa_order.jit_funding nor gpa_order_unload.jit_funding.');
  const { jit } = funding;

  const messageTokenEcho = readEcho(jit['token']);
  if (messageTokenEcho === undefined) return fault('no_token', 'jit_funding.token is missing or no text.');
  const methodEcho = readEcho(jit['method']);
  if (methodEcho === undefined) return fault('no_method', 'jit_funding.method is missing or no text.');

  const sent = jit['amount'];
  const amount = sent instanceof ExactNumber ? amountOfNumber(sent.text) : amountOfText(sent);
  if (amount === undefined) return fault('no_amount', 'jit_funding.amount is missing or neither a number nor a text.');

  const request = requestOf(message, funding, { ...keysOf(message, jit, messageTokenEcho), amount }, options);
  const echo: Echo = {
    token: messageTokenEcho,
    method: methodEcho,
    userToken: userTokenEcho(jit, funding.order, message),
    amount: amount.echo,
    businessToken: readEcho(jit['business_token']),
    actingUserToken: readEcho(jit['acting_user_token']),
    originalToken: readEcho(jit['original_jit_funding_token']),
    isBalanceInquiry: request.kind === 'balance_inquiry',
  };
  return { ok: true, request, echo };
}

interface Keys {
  readonly messageToken: string;
  readonly transactionToken: string;
  readonly method: string;
  /** All three are as they came. */
  readonly areUsable: boolean;
}

/**
 * What can be echoed gets its 402, also where it cannot be stored as it is (too long, NUL): its digest stands in, so that
 * it repeats too. The message's own token stands in for a transaction token that is missing: still one key for one effect.
 */
function keysOf(message: WireObject, jit: WireObject, messageTokenEcho: string): Keys {
  const token = readToken(jit['token']);
  const transaction = readToken(message['token']);
  const method = readToken(jit['method']);
  const messageToken = token ?? `sha256:${digestOf(messageTokenEcho)}`;
  return {
    messageToken,
    transactionToken: transaction ?? messageToken,
    method: method ?? 'unusable',
    areUsable: typeof token === 'string' && transaction !== null && typeof method === 'string',
  };
}

function fault(code: DecodeFault['code'], detail: string): DecodedRequest {
  return { ok: false, fault: { code, detail } };
}

/** What is no UTF-8 is refused: replaced, it could make two tokens one. */
function readMessage(body: string | Uint8Array): WireObject | undefined {
  if (typeof body === 'string' && !body.isWellFormed()) return undefined;
  try {
    return readRequest(typeof body === 'string' ? Buffer.from(body) : body);
  } catch {
    return undefined;
  }
}

/** Should both orders carry funding, the load counts: money may leave by it, so it must face the debit decision. */
function findFunding(message: WireObject): Funding | undefined {
  const load = message['gpa_order'];
  if (isObject(load) && isObject(load['jit_funding'])) return { side: 'load', order: load, jit: load['jit_funding'] };
  const unload = message['gpa_order_unload'];
  if (isObject(unload) && isObject(unload['jit_funding']))
    return { side: 'unload', order: unload, jit: unload['jit_funding'] };
  return undefined;
}

interface Essentials extends Keys {
  readonly amount: WireAmount;
}

function requestOf(
  message: WireObject,
  funding: Funding,
  { messageToken, transactionToken, method, areUsable, amount }: Essentials,
  options: DecodeOptions,
): AuthorizationRequest {
  const { side, order, jit } = funding;
  const currency = currencyOf(order, message);
  const parsed = parseAmount(amount.text, currency);
  const amountMinor = parsed.ok ? parsed.amountMinor : 0n;
  const amountFault = parsed.ok ? undefined : parsed.fault;
  const owner = ownerOf(jit, order, message);
  const cardToken = readToken(message['card_token']) ?? undefined;
  const type = readText(message['type']);
  const issuerReceivedAtMs = readInstant(message['issuer_received_time']);
  const createdAtMs = readInstant(message['created_time']);
  const credit = message['original_credit'];
  const request: Writable<AuthorizationRequest> = {
    transactionToken,
    messageToken,
    method,
    kind: areUsable
      ? requestKindOf({ method, type, side, isZero: parsed.ok && amountMinor === 0n }, options.unknownMethod)
      : 'refused_method',
    amountMinor,
    currency,
    merchant: merchantOf(message['card_acceptor']),
    occurredAtMs: issuerReceivedAtMs ?? createdAtMs ?? options.receivedAtMs,
    createdAtMs: createdAtMs ?? issuerReceivedAtMs ?? options.receivedAtMs,
    isPreauthorization: readFlag(message['is_preauthorization']),
    fastFunds: isObject(credit) && readFlag(credit['fast_funds_enabled']),
    fingerprint: fingerprintOf({
      method,
      amountMinor,
      amountFault,
      amountText: amount.text,
      currency,
      cardToken,
      owner,
    }),
  };
  if (amountFault !== undefined) request.amountFault = amountFault;
  if (owner !== undefined) request.owner = owner;
  if (cardToken !== undefined) request.cardToken = cardToken;
  const acting = actingUserOf(jit, message, owner);
  if (acting !== undefined) request.actingUserToken = acting;
  const preceding =
    readToken(message['preceding_related_transaction_token']) ?? readToken(message['original_transaction_token']);
  if (typeof preceding === 'string') request.precedingTransactionToken = preceding;
  const original = readToken(jit['original_jit_funding_token']);
  if (typeof original === 'string') request.originalMessageToken = original;
  const expiresAtMs = readInstant(message['authorization_expiration']);
  if (expiresAtMs !== undefined) request.expiresAtMs = expiresAtMs;
  const network = readText(message['network']);
  if (network !== undefined) request.network = network;
  return request;
}

/** Unload orders name no currency of their own (PROTOCOL 3.4). Empty when what is named cannot be a currency. */
function currencyOf(order: WireObject, message: WireObject): string {
  const named = readToken(order['currency_code']);
  const currency = named === undefined ? readToken(message['currency_code']) : named;
  return typeof currency === 'string' && /^[A-Z]{3}$/.test(currency) ? currency : '';
}
