import type { AuthorizationRequest, ChainFact, Facts, FactVersions, Limit, LimitsFact, OwnerRef } from '@freeway/core';
import type { CachedFacts } from './cached-facts.ts';
import type { StageTimer } from '@freeway/runtime';

export interface GatheredFacts {
  readonly facts: Facts;
  readonly versions: FactVersions;
}

/** Everything one decision may know, in the order of the stages `user_lookup`, `card_lookup`, `limits_check`. */
export async function gatherFacts(
  request: AuthorizationRequest,
  source: CachedFacts,
  fresh: boolean,
  timer: StageTimer,
): Promise<GatheredFacts> {
  const chain = await chainOf(request, source, fresh);
  // money.md "chain home": what follows an authorization books to its account, whoever holds the card by now.
  const payer = chain?.owner ?? request.owner;
  const acting = actingUserOf(request, payer);
  // All at once: what misses every cache costs one round trip, not three. A stage is what is still to wait for then.
  const users = Promise.all([payer && source.owner(payer, fresh), acting && source.owner(acting, fresh)]);
  const cards = request.cardToken === undefined ? undefined : source.card(request.cardToken, fresh);
  const allLimits = Promise.all([
    payer && source.ownerLimits(payer, fresh),
    acting && source.ownerLimits(acting, fresh),
    request.cardToken === undefined ? undefined : source.cardLimits(request.cardToken, fresh),
  ]);
  ignoreUntilAwaited(cards);
  ignoreUntilAwaited(allLimits);
  const [owner, actingUser] = await users;
  timer.mark('user_lookup');
  const card = await cards;
  timer.mark('card_lookup');
  const [ownerLimits, actingLimits, cardLimits] = await allLimits;
  timer.mark('limits_check');

  const account = owner?.accounts.find((each) =>
    chain === undefined
      ? each.currency === request.currency
      : each.accountId === chain.accountId && each.currency === request.currency,
  );
  return {
    facts: {
      ...(owner === undefined ? {} : { owner }),
      ...(actingUser === undefined ? {} : { actingUser }),
      ...(card === undefined ? {} : { card }),
      ...(account === undefined ? {} : { account }),
      ...(chain === undefined ? {} : { chain }),
      limits: joined(ownerLimits, actingLimits, cardLimits),
    },
    versions: {
      ...(payer === undefined ? {} : { owner: { ref: payer, version: versionOf(owner, ownerLimits) } }),
      ...(acting === undefined
        ? {}
        : { actingUser: { token: acting.token, version: versionOf(actingUser, actingLimits) } }),
      ...(request.cardToken === undefined
        ? {}
        : { card: { token: request.cardToken, version: versionOf(card, cardLimits) } }),
    },
  };
}

/** Only follow-ups belong to a chain; a chain that nobody knows is opened by this request. */
function chainOf(
  request: AuthorizationRequest,
  source: CachedFacts,
  fresh: boolean,
): Promise<ChainFact | undefined> | ChainFact | undefined {
  const { precedingTransactionToken, originalMessageToken } = request;
  if (request.kind !== 'increment') return undefined;
  if (precedingTransactionToken === undefined && originalMessageToken === undefined) return undefined;
  return source.chain(
    {
      ...(precedingTransactionToken === undefined ? {} : { transactionToken: precedingTransactionToken }),
      ...(originalMessageToken === undefined ? {} : { messageToken: originalMessageToken }),
    },
    fresh,
  );
}

/** money.md "payer": the acting user's status and limits also apply. After a move, that is whom the platform names now. */
function actingUserOf(request: AuthorizationRequest, payer: OwnerRef | undefined): OwnerRef | undefined {
  const token = request.actingUserToken ?? (request.owner?.kind === 'user' ? request.owner.token : undefined);
  if (token === undefined || (payer?.kind === 'user' && payer.token === token)) return undefined;
  return { kind: 'user', token };
}

/** No fact ever has it, and none that is absent: the ledger finds it changed, whatever it finds. */
const NO_VERSION = -1;

/**
 * The version a decision rests on; 0 for what is absent. A fact and its limits that were read at different moments have
 * none in common, and the ledger is to say that both must be read again.
 */
function versionOf(fact: { readonly version: number } | undefined, limits: LimitsFact | undefined): number {
  if (fact?.version !== limits?.version) return NO_VERSION;
  return fact?.version ?? 0;
}

function joined(...facts: readonly (LimitsFact | undefined)[]): readonly Limit[] {
  const limits: Limit[] = [];
  for (const fact of facts) if (fact !== undefined) limits.push(...fact.limits);
  return limits;
}

/** A look-up that fails while an earlier one is awaited is no unhandled rejection: it is awaited later, or not at all. */
function ignoreUntilAwaited(lookup: unknown): void {
  if (lookup instanceof Promise) lookup.catch(() => undefined);
}
