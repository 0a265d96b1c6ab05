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
}

/** When the platform made a record, and what it then held of the user's money. */
export interface Making {
  /** Grows from record to record. */
  readonly number: number;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  readonly heldMinor: number;
}

/** What the two records do not share. */
interface RecordPart extends Making {
  readonly amountMinor: number;
  readonly jit: object;
  readonly members: object;
}

/** As the platform tells of an approved authorization (PROTOCOL section 5.3), 3 to 4 KB. */
export function authorizationText(purchase: Purchase, making: Making): string {
  const { amountMinor, authorizationToken, messageToken } = purchase;
  return recordText(purchase, {
    ...making,
    amountMinor,
    jit: { token: messageToken, method: 'pgfs.authorization' },
    members: { type: 'authorization', state: 'PENDING', token: authorizationToken },
  });
}

/** The clearing of that authorization, which names it. */
export function clearingText(purchase: Purchase, making: Making): string {
  const { clearedMinor, authorizationToken, clearingToken, messageToken } = purchase;
  return recordText(purchase, {
    ...making,
    amountMinor: clearedMinor,
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
      acquirer_reference_data: `2400000${String(making.number).padStart(16, '0')}`,
      batch_number: '20260506',
      is_final_clearing: true,
    },
  });
}

function recordText({ user, merchant, orderToken }: Purchase, part: RecordPart): string {
  const { number } = part;
  const amountText = decimalText(part.amountMinor);
  const amount = rawJson(amountText);
  const received = new Date(part.atMs).toISOString();
  const second = `${received.slice(0, 19)}Z`;
  const owner = { user_token: userToken(user), acting_user_token: userToken(user) };
  const response = { code: '0000', memo: 'Approved or completed successfully' };
  return JSON.stringify({
    ...part.members,
    identifier: String(number),
    ...owner,
    card_token: cardToken(user),
    card_product_token: 'bench_product',
    gpa: programmeBalance({
      ledger_balance: rawJson(decimalText(part.heldMinor)),
      impacted_amount: rawJson(`-${amountText}`),
    }),
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
