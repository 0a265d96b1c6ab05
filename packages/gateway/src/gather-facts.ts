import type {
  AuthorizationRequest,
  CardFact,
  ChainFact,
  Facts,
  FactVersions,
  Limit,
  OwnerFact,
  OwnerRef,
} from '@freeway/core';
import type { CachedFacts } from './cached-facts.ts';
import type { StageTimer } from '@freeway/runtime';

export interface GatheredFacts {
  readonly facts: Facts;
  readonly versions: FactVersions;
}

/** For objects whose optional members are filled in one by one. */
type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Looked up, or still on the way. */
type LookUp<F> = Promise<F | undefined> | F | undefined;

/** Who and what a decision is about, and what is looked up of them. */
interface LookUps {
  readonly chain: ChainFact | undefined;
  readonly payer: OwnerRef | undefined;
  readonly acting: OwnerRef | undefined;
  readonly owner: LookUp<OwnerFact>;
  readonly actingUser: LookUp<OwnerFact>;
  readonly card: LookUp<CardFact>;
}

type Found = { readonly [K in keyof LookUps]: Exclude<LookUps[K], Promise<unknown>> };

/**
 * Everything one decision may know, in the order of the stages `user_lookup`, `card_lookup`, `limits_check`. A promise only
 * where something has to be waited for: what this process holds is there at once.
 */
export function gatherFacts(
  request: AuthorizationRequest,
  source: CachedFacts,
  fresh: boolean,
  timer: StageTimer,
): Promise<GatheredFacts> | GatheredFacts {
  const chain = chainOf(request, source, fresh);
  return chain instanceof Promise
    ? chain.then((known) => gatherParties(request, known, source, fresh, timer))
    : gatherParties(request, chain, source, fresh, timer);
}

function gatherParties(
  request: AuthorizationRequest,
  chain: ChainFact | undefined,
  source: CachedFacts,
  fresh: boolean,
  timer: StageTimer,
): Promise<GatheredFacts> | GatheredFacts {
  // money.md "chain home": what follows an authorization books to its account, whoever holds the card by now.
  const payer = chain?.owner ?? request.owner;
  const acting = actingUserOf(request, payer);
  const { cardToken } = request;
  // All at once: what misses every cache costs one round trip, not three. A stage is what is still to wait for then.
  const lookUps: LookUps = {
    chain,
    payer,
    acting,
    owner: payer && source.owner(payer, fresh),
    actingUser: acting && source.owner(acting, fresh),
    card: cardToken === undefined ? undefined : source.card(cardToken, fresh),
  };
  if (!isFound(lookUps)) return awaited(lookUps, timer).then((found) => factsOf(request, found, timer));
  timer.mark('user_lookup');
  timer.mark('card_lookup');
  return factsOf(request, lookUps, timer);
}

function isFound(lookUps: LookUps): lookUps is Found {
  const { owner, actingUser, card } = lookUps;
  return !(owner instanceof Promise || actingUser instanceof Promise || card instanceof Promise);
}

async function awaited(lookUps: LookUps, timer: StageTimer): Promise<Found> {
  ignoreUntilAwaited(lookUps.card);
  const [owner, actingUser] = await Promise.all([lookUps.owner, lookUps.actingUser]);
  timer.mark('user_lookup');
  const card = await lookUps.card;
  timer.mark('card_lookup');
  return { ...lookUps, owner, actingUser, card };
}

function factsOf(request: AuthorizationRequest, found: Found, timer: StageTimer): GatheredFacts {
  const { chain, payer, acting, owner, actingUser, card } = found;
  const account = owner?.accounts.find((each) =>
    chain === undefined
      ? each.currency === request.currency
      : each.accountId === chain.accountId && each.currency === request.currency,
  );
  const facts: Writable<Facts> = { limits: limitsOf(owner, actingUser, card) };
  timer.mark('limits_check');
  if (owner !== undefined) facts.owner = owner;
  if (actingUser !== undefined) facts.actingUser = actingUser;
  if (card !== undefined) facts.card = card;
  if (account !== undefined) facts.account = account;
  if (chain !== undefined) facts.chain = chain;
  const versions: Writable<FactVersions> = {};
  if (payer !== undefined) versions.owner = { ref: payer, version: owner?.version ?? ABSENT };
  if (acting !== undefined) versions.actingUser = { token: acting.token, version: actingUser?.version ?? ABSENT };
  if (request.cardToken !== undefined) versions.card = { token: request.cardToken, version: card?.version ?? ABSENT };
  return { facts, versions };
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

/** The version a decision rests on where nothing was found. */
const ABSENT = 0;

function limitsOf(...facts: readonly (OwnerFact | CardFact | undefined)[]): readonly Limit[] {
  const limits: Limit[] = [];
  for (const fact of facts) if (fact !== undefined) limits.push(...fact.limits);
  return limits;
}

/** A look-up that fails while an earlier one is awaited is no unhandled rejection: it is awaited later, or not at all. */
function ignoreUntilAwaited(lookup: unknown): void {
  if (lookup instanceof Promise) lookup.catch(() => undefined);
}
