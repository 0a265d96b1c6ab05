import { randomUUID } from 'node:crypto';
import type { Random } from '../random.ts';
import { createSkew } from '../skew.ts';
import { MERCHANTS } from '../wire.ts';
import { authorizationText, clearingText, type Making, type Purchase } from './create-record.ts';
import { createPlatform } from './create-platform.ts';
import { createExpectedBooks, type ExpectedBooks } from './expected-books.ts';

/** One element of a webhook. */
export interface RecordElement {
  /** Of the transaction. */
  readonly token: string;
  /** JSON. */
  readonly text: string;
  /** Sent before: the platform delivers at least once. */
  readonly isRepeat: boolean;
}

/** Records of purchases: each is authorized, and most are cleared some time later. */
export interface RecordStream {
  next(): RecordElement;
  /** What is left to be told of purchases that have begun. */
  rest(): readonly RecordElement[];
  /** Records told so far, repeats not counted. */
  told(): number;
  readonly books: ExpectedBooks;
}

/** Shares of the purchases. */
const STAY_OPEN = 0.15;
const TIPPED = 0.05;
/** The clearing is delivered before its authorization. */
const OVERTAKEN = 0.05;
/** Of the elements. */
const REPEATED = 0.02;

/** The second record of a purchase follows within so many elements. */
const FOLLOWS_WITHIN = 400;
/** What is repeated was sent within so many elements before. */
const REPEATS_WITHIN = 1000;

/** An authorization is made when the cardholder buys, also where its clearing overtakes it; a clearing when it is told. */
type Telling =
  | { readonly what: 'authorization'; readonly purchase: Purchase; readonly making: Making }
  | { readonly what: 'clearing'; readonly purchase: Purchase };

export function createRecordStream(random: Random, users: number, now: () => number): RecordStream {
  const drawUser = createSkew(random, users);
  const books = createExpectedBooks();
  const platform = createPlatform(now);
  /** By the place in the stream at which it is due. */
  const due = new Map<number, Telling[]>();
  const recent: RecordElement[] = [];
  const ready: Telling[] = [];
  let place = 0;
  let told = 0;

  function later(telling: Telling): void {
    const at = place + 1 + Math.floor(random() * FOLLOWS_WITHIN);
    due.set(at, [...(due.get(at) ?? []), telling]);
  }

  function buy(): Telling {
    const purchase = createPurchase(random, drawUser());
    const authorization: Telling = { what: 'authorization', purchase, making: platform.authorizes(purchase) };
    const isOvertaken = random() < OVERTAKEN;
    if (random() < STAY_OPEN) return authorization;
    const clearing: Telling = { what: 'clearing', purchase };
    later(isOvertaken ? authorization : clearing);
    return isOvertaken ? clearing : authorization;
  }

  function tell(telling: Telling): RecordElement {
    const { purchase } = telling;
    told++;
    const element = { ...elementOf(telling), isRepeat: false };
    if (telling.what === 'authorization') books.authorized(purchase);
    else books.cleared(purchase);
    recent[told % REPEATS_WITHIN] = { ...element, isRepeat: true };
    return element;
  }

  function elementOf(telling: Telling): Pick<RecordElement, 'token' | 'text'> {
    const { purchase } = telling;
    if (telling.what === 'authorization')
      return { token: purchase.authorizationToken, text: authorizationText(purchase, telling.making) };
    return { token: purchase.clearingToken, text: clearingText(purchase, platform.clears(purchase)) };
  }

  return {
    next() {
      place++;
      ready.push(...(due.get(place) ?? []));
      due.delete(place);
      const again = random() < REPEATED ? recent[Math.floor(random() * recent.length)] : undefined;
      return again ?? tell(ready.shift() ?? buy());
    },
    rest() {
      const left = [...ready.splice(0), ...[...due.values()].flat()];
      due.clear();
      return left.map(tell);
    },
    told: () => told,
    books,
  };
}

function createPurchase(random: Random, user: number): Purchase {
  const amountMinor = 100 + Math.floor(random() ** 4 * 15_000);
  const tipMinor = random() < TIPPED ? Math.ceil(amountMinor / 5) : 0;
  return {
    user,
    amountMinor,
    clearedMinor: amountMinor + tipMinor,
    merchant: MERCHANTS[Math.floor(random() * MERCHANTS.length)] ?? MERCHANTS[0],
    authorizationToken: randomUUID(),
    clearingToken: randomUUID(),
    messageToken: randomUUID(),
    orderToken: randomUUID(),
  };
}
