import { accountKey } from './book.ts';
import { createSkew, createWeighted } from './skew.ts';
import { isKindName } from './message.ts';
import { buildRequest } from './request.ts';
import { createFreshMessages } from './fresh-message.ts';
import { createRecent } from './recent.ts';
import { increment, retoken, reuse, spoil } from './message-variants.ts';
import { toMinor } from './decimal-money.ts';
import type { Answer } from './check-answer.ts';
import type { Message } from './message.ts';
import type { Model } from './model.ts';
import type { Play, TrafficMix } from './traffic-mix.ts';
import type { Programme, ProgrammeCard } from './programme.ts';
import type { Random } from './random.ts';

/** One request to send. */
export interface Planned {
  readonly play: Play;
  readonly message: Message;
  readonly body: string;
  /** For a repeat of the very same message: the answer it had, which must come again (PROTOCOL section 8). */
  readonly repeatOf?: Answer;
}

/** Chooses what the platform sends next. */
export interface Traffic {
  /** Undefined when every account it thought of is busy. */
  next(nowMs: number): Planned | undefined;
  /** Learns the answer, so that the message can be repeated and an approved authorization extended. */
  answered(planned: Planned, answer: Answer): void;
}

export interface TrafficOptions {
  readonly programme: Programme;
  readonly model: Model;
  readonly random: Random;
  readonly mix: TrafficMix;
  /** An account with a request under way takes no other: only then is its answer predictable. */
  isBusy(accountKey: string): boolean;
}

/** How many draws to spend on finding an idle account before this arrival is given up. */
const DRAWS_MAX = 16;

export function createTraffic({ programme, model, random, mix, isBusy }: TrafficOptions): Traffic {
  const { cards } = programme;
  const drawPlay = createWeighted(random, mix);
  const drawCard = createSkew(random, cards.length);
  const fresh = createFreshMessages(random);
  const sent = createRecent<{ planned: Planned; answer: Answer }>(random);
  const extendable = createRecent<Message>(random);

  const isIdle = (message: Message): boolean => {
    const key = model.accountOf(message);
    return key === undefined || !isBusy(key);
  };
  const idleCard = (draw: () => ProgrammeCard): ProgrammeCard | undefined => {
    for (let i = 0; i < DRAWS_MAX; i++) {
      const card = draw();
      if (!isBusy(accountKey(card.payer, card.currency))) return card;
    }
    return undefined;
  };
  const popular = (): ProgrammeCard => cards[drawCard()] as ProgrammeCard;
  const plan = (play: Exclude<Play, Retold>, nowMs: number): Message | undefined => {
    if (play === 'increment') {
      // A chain that is over has nothing to add to, and neither has one that the platform declined.
      const first = extendable.draw(
        (each) => isIdle(each) && (model.chain(each.transactionToken)?.heldMinor ?? 0n) > 0n,
      );
      return first && increment(random, first, nowMs);
    }
    // Trials at the limit use an account up: spread over all cards, they leave the popular ones alone.
    const isUniform = play === 'over_limit' || play === 'at_limit';
    const card = idleCard(isUniform ? () => random.pick(cards) : popular);
    if (card === undefined) return undefined;
    if (isKindName(play)) return fresh(play, card, nowMs);
    return spoil(play, fresh('authorization', card, nowMs), { model, random });
  };

  const again = (play: Retold): Planned | undefined => {
    const before = sent.draw(
      ({ planned: { message } }) => isIdle(message) && (play !== 'token_reuse' || isSound(message)),
    );
    if (before === undefined) return undefined;
    const { planned, answer } = before;
    if (play === 'repeat') return { ...planned, play, repeatOf: answer };
    const message = play === 'new_message' ? retoken(random, planned.message) : reuse(random, planned.message);
    return { play, message, body: buildRequest(message) };
  };

  return {
    next(nowMs) {
      const play = drawPlay();
      const retold = isRetold(play) ? again(play) : undefined;
      if (retold !== undefined) return retold;
      const message = isRetold(play) ? undefined : plan(play, nowMs);
      if (message !== undefined) return { play, message, body: buildRequest(message) };
      // At the start there is nothing to repeat or to extend: a plain authorization takes its place.
      const instead = plan('authorization', nowMs);
      return instead && { play: 'authorization', message: instead, body: buildRequest(instead) };
    },
    answered(planned, answer) {
      const { message, play } = planned;
      // A balance may have changed since, and what reused a token was never stored.
      if (message.kind.effect === 'balance_inquiry' || play === 'token_reuse' || play === 'repeat') return;
      sent.add({ planned, answer });
      if (play !== 'new_message' && answer.status === 200 && message.kind.extendable) extendable.add(message);
    },
  };
}

type Retold = 'repeat' | 'new_message' | 'token_reuse';

/** The same transaction once more: the platform has its record already. */
export function isRetold(play: Play): play is Retold {
  return play === 'repeat' || play === 'new_message' || play === 'token_reuse';
}

/** Only a sound amount can be told from another one. */
function isSound(message: Message): boolean {
  return toMinor(message.amountText, message.currency) !== undefined;
}
