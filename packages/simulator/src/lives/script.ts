import type { Happening } from '../records/happening.ts';
import type { Message } from '../message.ts';
import type { Platform } from './platform.ts';
import type { Random } from '../random.ts';

/** What a life plays with. */
export interface LifeTools {
  readonly platform: Platform;
  /** Its own: one life plays the same whatever goes on beside it. */
  readonly random: Random;
  /** What is held on the chain by now, minor units. */
  heldMinor(first: Message): bigint;
}

/** A life goes on by itself; between its steps it says how many of the platform's days pass. */
export type Life = Generator<number, void, void>;

/** What follows an approved dual-message authorization: one of the recipes of PROTOCOL section 5.6. */
export function* liveHold(tools: LifeTools, first: Message): Life {
  const { platform, random } = tools;
  yield days(random, 0.2, 1.5);
  // An increment, a stand-in and whatever else went wrong meanwhile is part of what is left.
  const heldMinor = tools.heldMinor(first);
  if (heldMinor === 0n) return;
  const turn = random.next();
  if (turn < 0.05) return;
  if (turn < 0.1) return void platform.followUp('full_reversal', first, { amountMinor: heldMinor });
  if (turn < 0.13) return yield* lapse(tools, first, heldMinor);
  if (turn < 0.18) yield* advise(tools, first, heldMinor);
  else if (turn < 0.23) yield* reversePart(tools, first, heldMinor);
  const cleared = yield* clear(tools, first);
  if (cleared !== undefined && random.chance(0.04)) yield* dispute(tools, first, cleared);
}

/** What follows a single message: mostly nothing, for it is all there is. */
export function* liveSingle({ platform, random }: LifeTools, first: Message, amountMinor: bigint): Life {
  const turn = random.next();
  if (turn >= 0.12) return;
  yield days(random, 0.1, 1);
  // The machine paid out nothing, or only part of it.
  if (turn < 0.05) platform.followUp('pin_debit_reversal', first, { amountMinor });
  else if (turn < 0.08) platform.followUp('pin_debit_reversal', first, { amountMinor: part(random, amountMinor) });
  else platform.followUp('pin_debit_refund', first, { amountMinor: part(random, amountMinor) });
}

/** What follows a promised credit: it comes, it is taken back, or nothing is heard of it. */
export function* livePromise({ platform, random }: LifeTools, first: Message, amountMinor: bigint): Life {
  const isOriginal = first.kind.type.startsWith('original.credit');
  const turn = random.next();
  if (turn < 0.08) return;
  yield days(random, 0.3, 1.5);
  if (turn < 0.2) {
    platform.followUp(isOriginal ? 'original_credit_reversal' : 'refund_reversal', first, { amountMinor });
    return;
  }
  platform.followUp(isOriginal ? 'original_credit_clearing' : 'refund_clearing', first, { amountMinor });
}

/** PROTOCOL section 5.6 *Expiry*: a clearing may still come, and debits without a hold. */
function* lapse({ platform, random }: LifeTools, first: Message, amountMinor: bigint): Life {
  platform.followUp('expiry', first, { amountMinor });
  if (!random.chance(0.3)) return;
  yield days(random, 0.2, 1);
  platform.followUp(clearingOf(first), first, { amountMinor });
}

/** Both readings of an advice; it replaces the hold, mostly by less (PROTOCOL sections 5.3 and 5.6). */
function* advise({ platform, random }: LifeTools, first: Message, heldMinor: bigint): Life {
  if (random.chance(0.5)) {
    const raised = random.chance(0.1) ? heldMinor + (heldMinor + 3n) / 4n : part(random, heldMinor);
    platform.followUp('advice_by_total', first, { amountMinor: raised });
  } else {
    const lessMinor = part(random, heldMinor);
    platform.followUp('advice_by_difference', first, { amountMinor: lessMinor, shownMinor: heldMinor - lessMinor });
  }
  yield days(random, 0.2, 1);
}

function* reversePart({ platform, random }: LifeTools, first: Message, heldMinor: bigint): Life {
  platform.followUp('partial_reversal', first, { amountMinor: part(random, heldMinor), requestedMinor: heldMinor });
  yield days(random, 0.2, 1);
}

/** Exact, over, under, in parts; flagged or not. Returns the last clearing. */
function* clear(
  { platform, random, ...tools }: LifeTools,
  first: Message,
): Generator<number, Happening | undefined, void> {
  const heldMinor = tools.heldMinor(first);
  if (heldMinor === 0n) return undefined;
  const kind = clearingOf(first);
  const turn = random.next();
  const less = part(random, heldMinor);
  // A tip; what is held never covers it.
  if (turn < 0.08) return platform.followUp(kind, first, { amountMinor: heldMinor + (heldMinor + 4n) / 5n });
  if (turn < 0.14) {
    const clearing = { isFinal: true, ...(random.chance(0.5) ? { releaseMinor: heldMinor - less } : {}) };
    return platform.followUp(kind, first, { amountMinor: less, clearing });
  }
  if (turn < 0.2) return platform.followUp(kind, first, { amountMinor: less });
  if (turn < 0.26) return yield* clearInParts({ platform, random, ...tools }, first, heldMinor);
  const isFlagged = random.chance(0.5);
  return platform.followUp(kind, first, {
    amountMinor: heldMinor,
    ...(isFlagged ? { clearing: { isFinal: true } } : {}),
  });
}

/** A split shipment: two or three clearings that are numbered, or told by the final flag alone. */
function* clearInParts(
  { platform, random }: LifeTools,
  first: Message,
  heldMinor: bigint,
): Generator<number, Happening, void> {
  const count = random.between(2, 3);
  const isNumbered = random.chance(0.7);
  const shareMinor = heldMinor / BigInt(count + 1) + 1n;
  for (let number = 1; ; number++) {
    const isLast = number === count;
    const clearing = isNumbered ? { part: { number, count } } : { isFinal: isLast };
    const told = platform.followUp(clearingOf(first), first, { amountMinor: shareMinor, clearing });
    if (isLast) return told;
    yield days(random, 0.1, 0.5);
  }
}

/** A case: credited for the time being or by the chargeback itself, then won or lost. */
function* dispute({ platform, random }: LifeTools, first: Message, disputed: Happening): Life {
  yield days(random, 0.3, 1);
  const { amountMinor } = disputed;
  const follows = disputed.message.transactionToken;
  const opened = { caseToken: random.uuid(), disputedToken: follows, openedAtMs: platform.now() };
  const isProvisional = random.chance(0.5);
  // Both at once is odd, and happens: the second credit is not due (money.md *disputes*).
  const creditsUser = random.chance(isProvisional ? 0.1 : 0.6);
  const tell = (kind: Parameters<Platform['followUp']>[0], state: string): void =>
    void platform.followUp(kind, first, { amountMinor, follows, dispute: { ...opened, state, creditsUser } });
  tell('chargeback', 'INITIATED');
  if (isProvisional) {
    yield days(random, 0.1, 0.5);
    tell('provisional_credit', 'INITIATED');
  }
  yield days(random, 0.3, 1);
  if (random.chance(0.5)) return tell('chargeback_completed', 'CASE_WON');
  // What was credited is taken back; where nothing was, there is nothing to take.
  if (isProvisional) tell('provisional_debit', 'CASE_LOST');
  else if (creditsUser) tell('chargeback_reversal', 'CASE_LOST');
}

function clearingOf({ kind }: Message): 'clearing' | 'atm_clearing' {
  return kind.type === 'authorization.atm.withdrawal' ? 'atm_clearing' : 'clearing';
}

/** More than nothing and, where there is room, less than all. */
function part(random: Random, amountMinor: bigint): bigint {
  const some = (amountMinor * BigInt(random.between(10, 90))) / 100n;
  return some === 0n ? 1n : some;
}

function days(random: Random, min: number, max: number): number {
  return min + random.next() * (max - min);
}
