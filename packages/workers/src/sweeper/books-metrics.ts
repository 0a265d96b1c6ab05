import { ACCOUNT_INVARIANTS, type AccountInvariant, type CheckedAccount } from '@freeway/postgres';
import type { MetricName, Metrics } from '@freeway/runtime';
import { type AccountTotals, createAccountTotals, type TotalName } from './account-totals.ts';

export interface BooksMetrics {
  /** Returns what the account breaks and did not break when it was looked at before. */
  checked(account: CheckedAccount): readonly AccountInvariant[];
  /** The walk begins at the first account. */
  begins(): void;
  /** The walk has come to the last account. */
  ends(): void;
  /** Another sweeper acts: what this one has seen is of no use. */
  forget(): void;
}

const TOTALS: readonly (readonly [MetricName, TotalName, string])[] = [
  ['freeway_accounts', 'accounts', 'Accounts, by currency, as the last whole walk over them counted.'],
  ['freeway_accounts_below_zero', 'belowZero', 'Of these, those with less than nothing available.'],
  ['freeway_posted_amount', 'posted', 'What they have posted, in major units.'],
  ['freeway_held_amount', 'held', 'What is held of it, in major units.'],
  ['freeway_pending_credit_amount', 'pendingCredit', 'What is promised to them, in major units.'],
  ['freeway_suspense_amount', 'suspense', "What is posted to nobody's account, in major units."],
];

/** What the walk over the accounts has seen (operations.md *Books*). */
export function createBooksMetrics(metrics: Metrics, now: () => number = Date.now): BooksMetrics {
  const violating = new Map<AccountInvariant, Set<string>>(ACCOUNT_INVARIANTS.map((name) => [name, new Set()]));
  let walking: AccountTotals | undefined;
  let whole: AccountTotals | undefined;
  let endedAtMs = Number.NaN;
  let isKnown = false;
  const checked = metrics.counter('freeway_invariants_checked_total', 'Accounts whose books were checked.');
  const tooLarge = metrics.counter(
    'freeway_invariants_skipped_total',
    'Accounts whose entries were not added up, since there are too many.',
  );
  metrics.readGauges(
    'freeway_invariant_violations',
    'Accounts that break a rule of the books, as the walk over them has last seen each.',
    'invariant',
    () => (isKnown ? Object.fromEntries([...violating].map(([name, accounts]) => [name, accounts.size])) : {}),
  );
  metrics.readGauge(
    'freeway_invariants_walk_ended_at_seconds',
    'When a walk over all accounts last ended, since the epoch.',
    () => endedAtMs / 1000,
  );
  for (const [name, total, help] of TOTALS) metrics.readGauges(name, help, 'currency', () => whole?.read(total) ?? {});

  return {
    checked(account) {
      checked.inc();
      if (account.tooLarge) tooLarge.inc();
      isKnown = true;
      walking?.add(account);
      const { accountId, violated } = account;
      const begun = violated.filter((name) => violating.get(name)?.has(accountId) === false);
      for (const [name, accounts] of violating)
        if (violated.includes(name)) accounts.add(accountId);
        else accounts.delete(accountId);
      return begun;
    },
    begins: () => void (walking = createAccountTotals()),
    ends() {
      // One that began in the middle knows of some accounts only.
      if (walking === undefined) return;
      whole = walking;
      endedAtMs = now();
    },
    forget() {
      walking = whole = undefined;
      endedAtMs = Number.NaN;
      isKnown = false;
      for (const accounts of violating.values()) accounts.clear();
    },
  };
}
