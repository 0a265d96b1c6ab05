import { cardToken, userToken } from '../programme.ts';
import {
  cardAcceptor,
  decimalText,
  FUNDING_SOURCE,
  INCIDENTALS,
  type Merchant,
  programmeBalance,
  rawJson,
} from '../wire.ts';

/** One purchase, as far as both of its records speak of it. */
export interface Purchase {
  readonly user: number;
  readonly amountMinor: number;
  /** More than was authorized where a tip was added. */
  readonly clearedMinor: number;
  readonly merchant: Merchant;
  readonly authorizationToken: string;
  readonly clearingToken: string;
  readonly messageToken: string;
  readonly orderToken: string;
  /** Of the authorization; milliseconds since the epoch. */
  readonly atMs: number;
}

/** What the two records do not share. */
interface RecordPart {
  readonly amountMinor: number;
  readonly createdAtMs: number;
  readonly impact: string;
  readonly jit: object;
  readonly members: object;
}

/** How much later merchants clear. */
const CLEARED_AFTER_MS = 26 * 3_600_000;

/** As the platform tells of an approved authorization (PROTOCOL section 5.3), 3 to 4 KB. `number` grows from record to record. */
export function authorizationText(purchase: Purchase, number: number): string {
  const { amountMinor, atMs, authorizationToken, messageToken } = purchase;
  return recordText(purchase, number, {
    amountMinor,
    createdAtMs: atMs,
    impact: `-${decimalText(amountMinor)}`,
    jit: { token: messageToken, method: 'pgfs.authorization' },
    members: { type: 'authorization', state: 'PENDING', token: authorizationToken },
  });
}

/** The clearing of that authorization, which names it. */
export function clearingText(purchase: Purchase, number: number): string {
  const { clearedMinor, atMs, authorizationToken, clearingToken, messageToken } = purchase;
  return recordText(purchase, number, {
    amountMinor: clearedMinor,
    createdAtMs: atMs + CLEARED_AFTER_MS,
    impact: `-${decimalText(clearedMinor)}`,
    jit: {
      token: `${messageToken}-capture`,
      original_jit_funding_token: messageToken,
      method: 'pgfs.authorization.capture',
    },
    members: {
      type: 'authorization.clearing',
      state: 'COMPLETION',
      token: clearingToken,
      preceding_related_transaction_token: authorizationToken,
      acquirer_reference_data: `2400000${String(number).padStart(16, '0')}`,
      batch_number: '20260506',
      is_final_clearing: true,
    },
  });
}

function recordText({ user, merchant, orderToken }: Purchase, number: number, part: RecordPart): string {
  const amount = rawJson(decimalText(part.amountMinor));
  const received = new Date(part.createdAtMs).toISOString();
  const second = `${received.slice(0, 19)}Z`;
  const owner = { user_token: userToken(user), acting_user_token: userToken(user) };
  const response = { code: '0000', memo: 'Approved or completed successfully' };
  return JSON.stringify({
    ...part.members,
    identifier: String(number),
    ...owner,
    card_token: cardToken(user),
    card_product_token: 'bench_product',
    gpa: { ...programmeBalance(), impacted_amount: rawJson(part.impact) },
    gpa_order: {
      token: orderToken,
      amount,
      currency_code: 'USD',
      transaction_token: `${orderToken}-${number}`,
      ...owner,
      response,
      funding: {
        amount,
        source: FUNDING_SOURCE,
        gateway_log: { message: 'Approved or completed successfully', duration: 12, timed_out: false },
      },
      funding_source_token: FUNDING_SOURCE.token,
      jit_funding: { ...part.jit, ...owner, amount },
    },
    created_time: second,
    user_transaction_time: second,
    settlement_date: `${received.slice(0, 10)}T00:00:00Z`,
    issuer_received_time: received,
    duration: 31,
    response,
    amount,
    request_amount: amount,
    currency_code: 'USD',
    currency_conversion: { network: { original_amount: amount, conversion_rate: 1, original_currency_code: '840' } },
    network: 'VISA',
    subnetwork: 'VISANET',
    acquirer_fee_amount: 0,
    approval_code: String(number).padStart(6, '0').slice(-6),
    ...INCIDENTALS,
    card_acceptor: cardAcceptor(merchant),
  });
}
