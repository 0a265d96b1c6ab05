import {
  ledgerKey,
  type LedgerState,
  type ModelAccount,
  type ModelCounter,
  type ModelDecision,
} from './ledger-state.ts';

/**
 * What an approval moves by itself (money.md *nothing is posted on our own word*): a hold or an expected credit, and
 * counters; never `posted`.
 */
export function reserve(state: LedgerState, decision: ModelDecision, account: ModelAccount, chainToken: string): void {
  const { accountId } = account;
  const { amountMinor, effect, transactionToken } = decision;
  if (effect === 'none' || decision.isOvertaken) return;
  if (effect === 'expected_credit') {
    state.expectedCredits.set(ledgerKey(accountId, transactionToken), { accountId, transactionToken, amountMinor });
    account.pendingCreditMinor += amountMinor;
  } else {
    hold(state, decision, accountId, chainToken);
    account.heldMinor += amountMinor;
  }
  for (const { limitId, windowStart, amountMinor: takenMinor, count } of decision.taken)
    countUp(state, { accountId, limitId, windowStart, amountMinor: takenMinor, count });
}

/** What a voided approval reserved; the hold's row stays as it made it (money.md *back in full*). */
export function giveBack(state: LedgerState, decision: ModelDecision, account: ModelAccount, chainToken: string): void {
  const { accountId } = account;
  const { amountMinor, effect, transactionToken } = decision;
  if (effect === 'none' || decision.isOvertaken) return;
  if (effect === 'expected_credit') {
    state.expectedCredits.delete(ledgerKey(accountId, transactionToken));
    account.pendingCreditMinor -= amountMinor;
  } else {
    const held = state.holds.get(ledgerKey(accountId, chainToken));
    if (held !== undefined) held.amountMinor -= amountMinor;
    account.heldMinor -= amountMinor;
  }
  for (const { limitId, windowStart, amountMinor: takenMinor, count } of decision.taken)
    countUp(state, { accountId, limitId, windowStart, amountMinor: -takenMinor, count: -count });
}

function hold(state: LedgerState, decision: ModelDecision, accountId: string, chainToken: string): void {
  const { amountMinor, messageClass, countedAtMs, expiresAtMs } = decision;
  const key = ledgerKey(accountId, chainToken);
  const before = state.holds.get(key) ?? {
    accountId,
    chainToken,
    messageClass,
    countedAtMs,
    amountMinor: 0n,
    expiresAtMs: undefined,
  };
  before.amountMinor += amountMinor;
  // A single hold never expires by time (money.md *nothing is posted on our own word*).
  if (messageClass === 'dual') before.expiresAtMs = newest(before.expiresAtMs, expiresAtMs);
  state.holds.set(key, before);
}

/** Adds to a counter, which begins at zero. */
export function countUp(state: LedgerState, by: ModelCounter): void {
  const key = ledgerKey(by.accountId, by.limitId, by.windowStart);
  const before = state.counters.get(key);
  if (before === undefined) state.counters.set(key, { ...by });
  else {
    before.amountMinor += by.amountMinor;
    before.count += by.count;
  }
}

function newest(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.max(a, b);
}
