import type { Purchase } from './create-record.ts';

/** Minor units, in the programme's one currency. */
export interface Balance {
  readonly posted: bigint;
  readonly held: bigint;
}

/** What the ledger must say of each user, added up from what was sent and by nothing else. */
export interface ExpectedBooks {
  authorized(purchase: Purchase): void;
  cleared(purchase: Purchase): void;
  /** Of a user whose account opened with nothing. */
  balance(user: number): Balance;
  total(): Balance;
}

const NOTHING: Balance = { posted: 0n, held: 0n };

/** An authorization is held until its clearing, whichever of them comes first. */
export function createExpectedBooks(): ExpectedBooks {
  const balances = new Map<number, Balance>();
  /** Purchases of which one record was sent. */
  const begun = new Set<string>();

  function move(user: number, posted: number, held: number): void {
    const before = balances.get(user) ?? NOTHING;
    balances.set(user, { posted: before.posted + BigInt(posted), held: before.held + BigInt(held) });
  }

  return {
    authorized({ user, amountMinor, authorizationToken }) {
      if (begun.has(authorizationToken)) return void begun.delete(authorizationToken);
      begun.add(authorizationToken);
      move(user, 0, amountMinor);
    },
    cleared({ user, amountMinor, clearedMinor, authorizationToken }) {
      const wasHeld = begun.delete(authorizationToken);
      if (!wasHeld) begun.add(authorizationToken);
      move(user, -clearedMinor, wasHeld ? -amountMinor : 0);
    },
    balance: (user) => balances.get(user) ?? NOTHING,
    total: () =>
      [...balances.values()].reduce(
        (sum, { posted, held }) => ({ posted: sum.posted + posted, held: sum.held + held }),
        NOTHING,
      ),
  };
}
