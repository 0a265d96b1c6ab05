import { randomUUID } from 'node:crypto';
import { cardToken, userToken } from '../programme.ts';
import type { Random } from '../random.ts';
import { createSkew } from '../skew.ts';
import {
  cardAcceptor,
  decimalText,
  FUNDING_SOURCE,
  INCIDENTALS,
  type Merchant,
  MERCHANTS,
  programmeBalance,
  rawJson,
} from '../wire.ts';

export interface JitRequest {
  readonly body: string;
  /** What the answer must repeat. */
  readonly token: string;
  readonly method: string;
  readonly userToken: string;
  /** As it stands in the body. */
  readonly amountText: string;
}

const METHOD = 'pgfs.authorization';

/** Makes purchases of the bench's programme, no two with a token in common. `now` is the wall clock. */
export function createRequests(random: Random, users: number, now: () => number): () => JitRequest {
  const drawUser = createSkew(random, users);
  return () => {
    const user = drawUser();
    // Mostly small, now and then large: 1.00 to 151.00 with a mean of 31.00.
    const amountText = decimalText(100 + Math.floor(random() ** 4 * 15_000));
    const merchant = MERCHANTS[Math.floor(random() * MERCHANTS.length)] ?? MERCHANTS[0];
    const message = { token: randomUUID(), user, amount: rawJson(amountText), merchant, nowMs: now() };
    return { body: bodyOf(message), token: message.token, method: METHOD, userToken: userToken(user), amountText };
  };
}

interface Message {
  readonly token: string;
  readonly user: number;
  readonly amount: unknown;
  readonly merchant: Merchant;
  readonly nowMs: number;
}

/** A body as the platform sends it (PROTOCOL section 3), about 3 KB. */
function bodyOf({ token, user, amount, merchant, nowMs }: Message): string {
  const received = new Date(nowMs).toISOString();
  const second = `${received.slice(0, 19)}Z`;
  const owner = { user_token: userToken(user), acting_user_token: userToken(user) };
  return JSON.stringify({
    type: 'authorization',
    state: 'PENDING',
    token: randomUUID(),
    ...owner,
    card_token: cardToken(user),
    card_product_token: 'bench_product',
    gpa: programmeBalance(),
    gpa_order: fundingOrder(token, amount, owner),
    created_time: second,
    user_transaction_time: second,
    settlement_date: `${received.slice(0, 10)}T00:00:00Z`,
    local_transaction_date: second,
    issuer_received_time: received,
    amount,
    request_amount: amount,
    currency_code: 'USD',
    currency_conversion: { network: { original_amount: amount, conversion_rate: 1, original_currency_code: '840' } },
    network: 'VISA',
    subnetwork: 'VISANET',
    acquirer_fee_amount: 0,
    ...INCIDENTALS,
    card_acceptor: cardAcceptor(merchant),
  });
}

function fundingOrder(token: string, amount: unknown, owner: object): object {
  return {
    token: randomUUID(),
    amount,
    currency_code: 'USD',
    transaction_token: randomUUID(),
    state: 'PENDING',
    ...owner,
    funding: { amount, source: FUNDING_SOURCE },
    funding_source_token: FUNDING_SOURCE.token,
    jit_funding: {
      token,
      method: METHOD,
      ...owner,
      amount,
      address_verification: {
        request: { street_address: '1    ', postal_code: '94607    ' },
        issuer: {
          on_file: { street_address: '1 Example Street', postal_code: '94607' },
          response: { code: '0000', memo: 'Address and postal code match' },
        },
      },
    },
  };
}
