import type { Model } from '../model.ts';
import type { Platform } from './platform.ts';
import type { Programme, ProgrammeCard } from '../programme.ts';
import type { Random } from '../random.ts';
import type { Life } from './script.ts';

/** Shares of the programme's cards that are never suspended: popular ones colour a whole run. */
const POPULAR_SHARE = 0.3;

interface Subject {
  readonly card: ProgrammeCard;
  readonly what: 'card' | 'user';
}

/** Cards and users that the platform suspends and reinstates some time later; one at a time each. */
export function createTransitions(
  programme: Programme,
  { platform, model, random }: { readonly platform: Platform; readonly model: Model; readonly random: Random },
): () => Life {
  const active = new Set(programme.users.filter(({ state }) => state === 'active').map(({ token }) => token));
  const cards = programme.cards
    .slice(Math.ceil(programme.cards.length * POPULAR_SHARE))
    .filter(({ state, userToken }) => state === 'active' && active.has(userToken));
  const suspended = new Set<string>();
  const lastAtMs = new Map<string, number>();

  /** A transition is ordered by the second of its creation (PROTOCOL section 10.3): two within one would have no order. */
  function nextAtMs(token: string): number {
    const atMs = Math.max(platform.now(), (lastAtMs.get(token) ?? 0) + 1000);
    lastAtMs.set(token, atMs);
    return atMs;
  }

  function move({ card, what }: Subject, isBack: boolean, atMs: number): void {
    const token = random.uuid();
    if (what === 'card') model.moveCard(card.token, isBack ? 'active' : 'suspended');
    else model.moveUser(card.userToken, isBack ? 'active' : 'suspended');
    const text =
      what === 'card' ? cardTransition(card, token, isBack, atMs) : userTransition(card, token, isBack, atMs);
    // PROTOCOL section 10.3: sources disagree on the keys.
    const keys = what === 'card' ? ['cardtransitions', 'cards'] : ['usertransitions', 'users'];
    platform.notify({ category: random.pick(keys), token, text });
  }

  return function* suspendForAWhile() {
    const card = cards.length === 0 ? undefined : random.pick(cards);
    if (card === undefined) return;
    const what = random.pick(['card', 'user'] as const);
    const token = what === 'card' ? card.token : card.userToken;
    if (suspended.has(token)) return;
    suspended.add(token);
    move({ card, what }, false, nextAtMs(token));
    yield 0.5 + random.next();
    move({ card, what }, true, nextAtMs(token));
    suspended.delete(token);
  };
}

function cardTransition(card: ProgrammeCard, token: string, isBack: boolean, atMs: number): string {
  return JSON.stringify({
    token,
    card_token: card.token,
    user_token: card.userToken,
    card_product_token: 'freeway_demo_product',
    state: isBack ? 'ACTIVE' : 'SUSPENDED',
    type: isBack ? 'state.reinstated' : 'state.suspended',
    reason: isBack ? 'Requested by you' : 'Inactivity',
    reason_code: isBack ? '00' : '02',
    channel: 'API',
    fulfillment_status: 'ISSUED',
    last_four: card.lastFour,
    created_time: second(atMs),
  });
}

function userTransition(card: ProgrammeCard, token: string, isBack: boolean, atMs: number): string {
  return JSON.stringify({
    token,
    user_token: card.userToken,
    status: isBack ? 'ACTIVE' : 'SUSPENDED',
    reason: isBack ? 'Requested by you' : 'Inactivity',
    reason_code: isBack ? '00' : '02',
    channel: 'API',
    created_time: second(atMs),
  });
}

function second(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`;
}
