import type { OwnerRef } from '@freeway/core';
import type { WantedMembers } from './json-reader.ts';
import { readEcho, readToken, type WireObject } from './read-member.ts';

/** Those that name somebody. */
export const PARTY_MEMBERS: WantedMembers = {
  user_token: 'value',
  acting_user_token: 'value',
  business_token: 'value',
};

/** money.md *payer*: the business if one is named, else the user; of the funding, else the order, else the transaction. */
export function ownerOf(...sources: readonly WireObject[]): OwnerRef | undefined {
  for (const source of sources) {
    for (const kind of ['business', 'user'] as const) {
      const token = readToken(source[`${kind}_token`]);
      if (token === null) return undefined;
      if (token !== undefined) return { kind, token };
    }
  }
  return undefined;
}

/** Whoever used the card, unless that is the owner. Where a business pays, the user named beside it did. */
export function actingUserOf(jit: WireObject, message: WireObject, owner: OwnerRef | undefined): string | undefined {
  const named = readToken(jit['acting_user_token']) ?? readToken(message['acting_user_token']);
  const acting = named ?? (owner?.kind === 'business' ? readToken(jit['user_token']) : undefined);
  if (typeof acting !== 'string') return undefined;
  return owner?.kind === 'user' && owner.token === acting ? undefined : acting;
}

/** `user_token` is required in every answer (PROTOCOL 7.1): the nearest token there is, '' if the message names nobody. */
export function userTokenEcho(...sources: readonly WireObject[]): string {
  for (const member of ['user_token', 'acting_user_token', 'business_token']) {
    for (const source of sources) {
      const token = readEcho(source[member]);
      if (token !== undefined) return token;
    }
  }
  return '';
}
