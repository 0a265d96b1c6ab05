import type { DecodedRequest } from '../src/decode-request.ts';
import { decodeRequest } from '../src/decode-request.ts';

/** Requests written from PROTOCOL section 3, with our own tokens and merchants. */
type Members = Record<string, unknown>;

export const OPTIONS = { unknownMethod: 'authorize', receivedAtMs: Date.UTC(2030, 0, 1) } as const;

export function jitFunding(changes: Members = {}): Members {
  return {
    token: 'jit-1',
    method: 'pgfs.authorization',
    user_token: 'user-1',
    acting_user_token: 'user-1',
    amount: 12.34,
    ...changes,
  };
}

/** Transaction Model v2, money leaving the cardholder. */
export function load(changes: Members = {}, jit: Members = {}, order: Members = {}): Members {
  return {
    type: 'authorization',
    state: 'PENDING',
    token: 'transaction-1',
    user_token: 'user-1',
    acting_user_token: 'user-1',
    card_token: 'card-1',
    amount: 12.34,
    request_amount: 12.34,
    currency_code: 'EUR',
    network: 'VISA',
    issuer_received_time: '2026-03-04T05:06:07.089Z',
    created_time: '2026-03-04T05:06:07Z',
    gpa: { currency_code: 'EUR', ledger_balance: 0, available_balance: 0 },
    gpa_order: {
      token: 'order-1',
      amount: 12.34,
      currency_code: 'EUR',
      transaction_token: 'leg-1',
      user_token: 'user-1',
      jit_funding: jitFunding(jit),
      ...order,
    },
    card_acceptor: { mid: '000987', mcc: '0763', name: 'GREEN FARM', city: 'Ghent', country_code: 'BEL' },
    pos: { pan_entry_mode: 'CHIP', partial_approval_capable: false },
    transaction_metadata: { payment_channel: 'OTHER', moto_indicator: null },
    ...changes,
  };
}

/** Money towards the cardholder; the order names no currency (PROTOCOL 3.4). */
export function unload(changes: Members = {}, jit: Members = {}): Members {
  const { gpa_order: _, ...rest } = load({ type: 'refund.authorization' });
  return {
    ...rest,
    gpa_order_unload: {
      token: 'order-2',
      amount: 12.34,
      transaction_token: 'leg-2',
      jit_funding: jitFunding({ method: 'pgfs.refund.authorization', ...jit }),
    },
    ...changes,
  };
}

/** Transaction Model v1: other names in card_acceptor, texts for flags, no pos. */
export function version1(changes: Members = {}): Members {
  const { pos: _, transaction_metadata: __, ...rest } = load();
  return {
    ...rest,
    card_acceptor: {
      network_mid: '111000222',
      mcc: '5541',
      mcc_groups: ['NONE'],
      name: 'PUMP 7',
      address: 'Dock 1',
      zip: '9000      ',
      country: 'BEL',
      poi: { partial_approval_capable: '0' },
    },
    ...changes,
  };
}

export function decode(message: unknown, options: Partial<Parameters<typeof decodeRequest>[1]> = {}): DecodedRequest {
  return decodeRequest(JSON.stringify(message), { ...OPTIONS, ...options });
}

export function decoded(
  message: unknown,
  options: Partial<Parameters<typeof decodeRequest>[1]> = {},
): Extract<DecodedRequest, { ok: true }> {
  const result = decode(message, options);
  if (!result.ok) throw new Error(`expected a request, got ${result.fault.code}: ${result.fault.detail}`);
  return result;
}
