import { randomUUID } from 'node:crypto';
import type { Random } from '../random.ts';
import { createSkew } from '../skew.ts';
import { MERCHANTS } from '../wire.ts';
import { authorizationText, clearingText, type Purchase } from './create-record.ts';
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

interface Telling {
  readonly purchase: Purchase;
  readonly what: 'authorization' | 'clearing';
}

export function createRecordStream(random: Random, users: number, now: () => number): RecordStream {
  const drawUser = createSkew(random, users);
  const books = createExpectedBooks();
  /** By the place in the stream at which it is due. */
  const due = new Map<number, Telling[]>();
  const recent: RecordElement[] = [];
  const ready: Telling[] = [];
  let place = 0;
  let number = 0;

  function buy(): Telling {
    const purchase = createPurchase(random, drawUser(), now());
    const isOvertaken = random() < OVERTAKEN;
    if (random() < STAY_OPEN) return { purchase, what: 'authorization' };
    const second = place + 1 + Math.floor(random() * FOLLOWS_WITHIN);
    const what = isOvertaken ? 'authorization' : 'clearing';
    due.set(second, [...(due.get(second) ?? []), { purchase, what }]);
    return { purchase, what: isOvertaken ? 'clearing' : 'authorization' };
  }

  function tell({ purchase, what }: Telling): RecordElement {
    number++;
    const isHold = what === 'authorization';
    const text = isHold ? authorizationText(purchase, number) : clearingText(purchase, number);
    const token = isHold ? purchase.authorizationToken : purchase.clearingToken;
    if (isHold) books.authorized(purchase);
    else books.cleared(purchase);
    recent[number % REPEATS_WITHIN] = { token, text, isRepeat: true };
    return { token, text, isRepeat: false };
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
    told: () => number,
    books,
  };
}

function createPurchase(random: Random, user: number, atMs: number): Purchase {
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
    atMs,
  };
}
