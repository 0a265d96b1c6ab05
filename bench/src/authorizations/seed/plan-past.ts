/**
 * What a programme has behind it: purchases that came in evenly over a month and more, each of any card with the same
 * probability, which no cache likes. Each was raised once, as in a taxi: two authorizations. Everything about the pth purchase
 * follows from p, so that each table is made by itself, without a look at another, and of each user it is known which are his.
 */
export interface Past {
  readonly users: number;
  readonly purchases: number;
  /** Microseconds since the epoch, and from one authorization to the next. */
  readonly beganAtUs: number;
  readonly stepUs: number;
  /** Purchases before this one have been cleared, two days after they were made; the others are still held. */
  readonly clearedBefore: number;
  /** The pth is of place (p * stride) % purchases, and a place of user (place % users). */
  readonly stride: number;
  /** Back: of a place, p is (place * inverse) % purchases. */
  readonly inverse: number;
  /** As stride, of users: in no order that an index has. */
  readonly userStride: number;
}

export const CLEARING_DAYS = 2;
export const DAY_US = 86_400_000_000;
const DAYS = 40;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

export interface PastSize {
  readonly users: number;
  readonly purchases: number;
}

export function planPast({ users, purchases }: PastSize, nowMs: number): Past {
  const stride = coprimeNear(purchases * GOLDEN, purchases);
  return {
    users,
    purchases,
    beganAtUs: nowMs * 1000 - DAYS * DAY_US,
    stepUs: Math.floor((DAYS * DAY_US) / (2 * purchases)),
    clearedBefore: Math.floor((purchases * (DAYS - CLEARING_DAYS)) / DAYS),
    stride,
    inverse: inverseOf(stride, purchases),
    userStride: coprimeNear(users * GOLDEN, users),
  };
}

/** Its multiples reach each place below `size` once, and neighbours are far from each other. */
function coprimeNear(wanted: number, size: number): number {
  let candidate = Math.max(1, Math.round(wanted));
  while (greatestDivisor(candidate, size) !== 1) candidate++;
  return candidate;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

/** Euclid's, extended: `value * result` is 1 more than a multiple of `size`. */
function inverseOf(value: number, size: number): number {
  let [divisor, rest] = [size, value % size];
  let [before, now] = [0, 1];
  while (rest > 1) {
    const times = Math.floor(divisor / rest);
    [divisor, rest] = [rest, divisor - times * rest];
    [before, now] = [now, before - times * now];
  }
  return ((now % size) + size) % size;
}
