import type { Merchant } from '@freeway/core';
import { maskCardNumbers } from './card-number.ts';
import type { WantedMembers } from './json-reader.ts';
import { isObject, readText, type Writable } from './read-member.ts';

/** Those that `merchantOf` reads. */
export const MERCHANT_MEMBERS: WantedMembers = {
  mid: 'value',
  network_mid: 'value',
  mcc: 'value',
  name: 'value',
  country_code: 'value',
  country: 'value',
};

/** The merchant of a `card_acceptor`, Transaction Model v1 or v2 (PROTOCOL 3.5). */
export function merchantOf(acceptor: unknown): Merchant {
  if (!isObject(acceptor)) return {};
  const merchant: Writable<Merchant> = {};
  const id = readText(acceptor['mid']) ?? readText(acceptor['network_mid']);
  if (id !== undefined) merchant.id = id;
  const category = readText(acceptor['mcc']) ?? categoryOfNumber(acceptor['mcc']);
  if (category !== undefined) merchant.category = category;
  const name = readText(acceptor['name']);
  // Free text: what a merchant's terminal puts there is nobody's word.
  if (name !== undefined) merchant.name = maskCardNumbers(name);
  const country = readText(acceptor['country_code']) ?? readText(acceptor['country']);
  if (country !== undefined) merchant.country = country;
  return merchant;
}

/** PROTOCOL 4: a code that lost its quotes lost its leading zeros too. */
function categoryOfNumber(mcc: unknown): string | undefined {
  return typeof mcc === 'number' && Number.isInteger(mcc) && mcc >= 0 && mcc <= 9999
    ? String(mcc).padStart(4, '0')
    : undefined;
}
