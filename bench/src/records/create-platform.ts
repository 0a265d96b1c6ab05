import type { Making, Purchase } from './create-record.ts';

/** The platform's own order of its records, and what it holds of each user's money at each of them (PROTOCOL section 5.5). */
export interface Platform {
  authorizes(purchase: Purchase): Making;
  clears(purchase: Purchase): Making;
}

/** `now` is the wall clock. */
export function createPlatform(now: () => number): Platform {
  const held = new Map<number, number>();
  let number = 0;

  function make(user: number, changeMinor: number): Making {
    const heldMinor = (held.get(user) ?? 0) + changeMinor;
    held.set(user, heldMinor);
    number++;
    return { number, atMs: now(), heldMinor };
  }

  return {
    authorizes: ({ user, amountMinor }) => make(user, amountMinor),
    clears: ({ user, amountMinor }) => make(user, -amountMinor),
  };
}
