import type { WantedMembers } from './json-reader.ts';
import { MERCHANT_MEMBERS } from './merchant-of.ts';
import { PARTY_MEMBERS } from './parties.ts';

const ORDER: WantedMembers = {
  ...PARTY_MEMBERS,
  currency_code: 'value',
  jit_funding: {
    ...PARTY_MEMBERS,
    token: 'value',
    method: 'value',
    amount: 'exact',
    original_jit_funding_token: 'value',
  },
};

/** Every member of a JIT funding request that is read: `decodeRequest` does not see any other. */
export const REQUEST_MEMBERS: WantedMembers = {
  ...PARTY_MEMBERS,
  type: 'value',
  token: 'value',
  card_token: 'value',
  currency_code: 'value',
  network: 'value',
  created_time: 'value',
  issuer_received_time: 'value',
  authorization_expiration: 'value',
  is_preauthorization: 'value',
  preceding_related_transaction_token: 'value',
  original_transaction_token: 'value',
  original_credit: { fast_funds_enabled: 'value' },
  card_acceptor: MERCHANT_MEMBERS,
  gpa_order: ORDER,
  gpa_order_unload: ORDER,
};
