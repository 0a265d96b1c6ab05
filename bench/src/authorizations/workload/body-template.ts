import { cardAcceptor, FUNDING_SOURCE, INCIDENTALS, type Merchant, programmeBalance } from '../../wire.ts';
import type { MethodShape } from './method-shape.ts';
import { createTemplate, type Template } from './template.ts';

const SLOTS = [
  'transaction',
  'message',
  'order',
  'leg',
  'user',
  'card',
  'amount',
  'second',
  'day',
  'received',
  'preceding',
  'original',
] as const;

export type BodySlot = (typeof SLOTS)[number];

/** An amount is a JSON number: its gap loses the quotes, and its digits are never a float of ours. */
const AMOUNT = '@amount@';
const OWNER = { user_token: '@user@', acting_user_token: '@user@' };

/** A body as the platform sends it (PROTOCOL section 3), about 3 KB, with gaps for what differs from message to message. */
export function createBodyTemplate(shape: MethodShape, merchant: Merchant): Template<BodySlot> {
  const body = {
    type: shape.type,
    state: 'PENDING',
    token: '@transaction@',
    ...OWNER,
    ...(shape.follows ? { preceding_related_transaction_token: '@preceding@' } : {}),
    card_token: '@card@',
    card_product_token: 'bench_product',
    gpa: programmeBalance(),
    [shape.order]: fundingOrder(shape),
    created_time: '@second@',
    user_transaction_time: '@second@',
    settlement_date: '@day@T00:00:00Z',
    local_transaction_date: '@second@',
    issuer_received_time: '@received@',
    amount: AMOUNT,
    request_amount: AMOUNT,
    currency_code: 'USD',
    currency_conversion: { network: { original_amount: AMOUNT, conversion_rate: 1, original_currency_code: '840' } },
    network: 'VISA',
    subnetwork: shape.subnetwork,
    acquirer_fee_amount: 0,
    ...INCIDENTALS,
    card_acceptor: cardAcceptor(merchant),
  };
  return createTemplate(JSON.stringify(body).replaceAll(`"${AMOUNT}"`, AMOUNT), SLOTS);
}

function fundingOrder(shape: MethodShape): object {
  return {
    token: '@order@',
    amount: AMOUNT,
    // Unload orders name no currency of their own (PROTOCOL 3.4).
    ...(shape.order === 'gpa_order' ? { currency_code: 'USD' } : {}),
    transaction_token: '@leg@',
    state: 'PENDING',
    ...OWNER,
    funding: { amount: AMOUNT, source: FUNDING_SOURCE },
    funding_source_token: FUNDING_SOURCE.token,
    jit_funding: {
      token: '@message@',
      method: shape.method,
      ...OWNER,
      amount: AMOUNT,
      ...(shape.follows ? { original_jit_funding_token: '@original@' } : {}),
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
