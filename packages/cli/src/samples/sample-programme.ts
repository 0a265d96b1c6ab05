import { type AuthorizationRequest, exponentOf, formatAmount, MAX_AMOUNT_MINOR, type OwnerRef } from '@freeway/core';
import type { AccountRef, AuthorizationRecord } from '@freeway/postgres';

export interface SampleProgramme {
  /** Records of the import file: owners, accounts, cards. */
  readonly records: readonly object[];
  /** Open authorizations that increments raise. */
  readonly chains: readonly AuthorizationRecord[];
  /** What each account should have available. */
  readonly funds: readonly (AccountRef & { readonly amountMinor: bigint })[];
}

/** Major units that an account gets at least: enough for many runs of the same samples. */
const FUNDS = 1_000_000n;

/**
 * What must exist so that the requests can be approved: owners, acting users, accounts in the order's currency, cards,
 * and for increments the authorization that they raise. States are left out, so that what an operator has suspended or
 * frozen meanwhile stays so.
 */
export function sampleProgramme(requests: readonly AuthorizationRequest[]): SampleProgramme {
  const records = new Map<string, object>();
  const funds = new Map<string, AccountRef & { amountMinor: bigint }>();
  for (const request of requests) {
    const { owner, currency, cardToken, actingUserToken } = request;
    if (owner === undefined) continue;
    addOwner(records, owner);
    if (actingUserToken !== undefined) addOwner(records, { kind: 'user', token: actingUserToken });
    const account = `account:${owner.kind}:${owner.token}:${currency}`;
    records.set(account, { type: 'account', [owner.kind]: owner.token, currency });
    const base = FUNDS * 10n ** BigInt(exponentOf(currency) ?? 2);
    const known = funds.get(account) ?? { owner, currency, amountMinor: base };
    funds.set(account, {
      ...known,
      amountMinor: min(known.amountMinor + request.amountMinor * 1000n, MAX_AMOUNT_MINOR),
    });
    if (cardToken !== undefined && !records.has(`card:${cardToken}`)) {
      const holder = actingUserToken === undefined ? { [owner.kind]: owner.token } : { user: actingUserToken };
      records.set(`card:${cardToken}`, { type: 'card', token: cardToken, ...holder });
    }
  }
  return { records: [...records.values()], chains: baseAuthorizations(requests), funds: [...funds.values()] };
}

function addOwner(records: Map<string, object>, { kind, token }: OwnerRef): void {
  records.set(`${kind}:${token}`, { type: kind, token });
}

/** The chains that increments join, unless another sample is itself that chain's first message. */
function baseAuthorizations(requests: readonly AuthorizationRequest[]): AuthorizationRecord[] {
  const used = new Set(requests.flatMap((request) => [request.transactionToken, request.messageToken]));
  const bases: AuthorizationRecord[] = [];
  for (const request of requests) {
    const { kind, owner, precedingTransactionToken, originalMessageToken, amountMinor, currency } = request;
    const transactionToken = precedingTransactionToken ?? originalMessageToken;
    if (kind !== 'increment' || owner === undefined || transactionToken === undefined || amountMinor === 0n) continue;
    const messageToken = originalMessageToken ?? transactionToken;
    if (used.has(transactionToken) || used.has(messageToken)) continue;
    used.add(transactionToken).add(messageToken);
    bases.push({
      transaction_token: transactionToken,
      message_token: messageToken,
      [owner.kind]: owner.token,
      ...(request.cardToken === undefined ? {} : { card: request.cardToken }),
      currency,
      amount_left: formatAmount(amountMinor, currency),
      occurred_at: new Date(request.occurredAtMs).toISOString(),
    });
  }
  return bases;
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
