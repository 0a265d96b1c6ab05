import type { RecordEffect, TransactionRecord } from '@freeway/core';
import type { DriftKind, Observation, PlatformWord } from './agreement.ts';

/** What some records claim, as rows for one statement. Members are columns. */
export interface PlatformClaims {
  /** The newest word on what is held, one for each account. */
  readonly balances: readonly SaidBalance[];
  /** What differs by itself, without a look at our books. */
  readonly differences: readonly SaidDifference[];
  /** Accounts whose newest record says that nothing is available, as it should. */
  readonly zeros: readonly string[];
  readonly asked: readonly AskedAnswer[];
}

interface SaidBalance {
  readonly account_id: string;
  readonly owner_kind: string;
  readonly owner_token: string;
  readonly created_at: Date;
  readonly identifier: string;
  readonly transaction_token: string;
  /** null: it moved what is held and does not say to what. */
  readonly held_minor: bigint | null;
}

interface SaidDifference {
  readonly kind: DriftKind;
  readonly account_id: string;
  readonly currency: string;
  readonly transaction_token: string;
  readonly nth: number;
  readonly ours: string;
  readonly theirs: string;
}

export interface AskedAnswer {
  readonly account_id: string;
  readonly currency: string;
  readonly transaction_token: string;
  readonly nth: number;
  readonly decision_id: string | null;
  /** What the platform logged of our answer; undefined where it heard none that decides. */
  readonly approves: boolean | undefined;
  /** What it confirms; null where it confirms nothing. */
  readonly amount_minor: bigint | null;
}

export function claimsOf(observations: readonly Observation[]): PlatformClaims {
  const inOrder = observations.filter(({ record }) => record.source === 'platform').toSorted(byPlatformOrder);
  const balances = new Map<string, SaidBalance>();
  const available = new Map<string, SaidDifference | undefined>();
  const differences: SaidDifference[] = [];
  const asked: AskedAnswer[] = [];
  inOrder.forEach((observation, nth) => {
    const { record, word, accountId = '0' } = observation;
    const balance = balanceOf(observation);
    if (balance !== undefined) balances.set(accountId, balance);
    const found = { account_id: accountId, currency: record.currency, transaction_token: record.transactionToken, nth };
    const posted = postedOf(record);
    if (posted !== undefined && word.impactedMinor !== undefined && posted !== word.impactedMinor)
      differences.push({ ...found, kind: 'posted', ours: `${posted}`, theirs: `${word.impactedMinor}` });
    if (word.availableBalanceMinor !== undefined && record.outcome === 'approved')
      available.set(
        accountId,
        word.availableBalanceMinor === 0n
          ? undefined
          : { ...found, kind: 'available', ours: '0', theirs: `${word.availableBalanceMinor}` },
      );
    const question = questionOf(record, word);
    if (question !== undefined) asked.push({ ...found, ...question });
  });
  return {
    balances: [...balances.values()],
    differences: [...differences, ...[...available.values()].filter((each) => each !== undefined)],
    zeros: [...available].flatMap(([accountId, difference]) => (difference === undefined ? [accountId] : [])),
    asked,
  };
}

function byPlatformOrder({ record: a }: Observation, { record: b }: Observation): number {
  return a.createdAtMs - b.createdAtMs || Number(BigInt(a.identifier ?? -1) - BigInt(b.identifier ?? -1));
}

/** Sign of the impact of what moves a hold (PROTOCOL 5.5); 0n: whatever it says of balances is not to be relied on. */
const HOLD_IMPACT: Readonly<Partial<Record<RecordEffect, bigint>>> = {
  hold: -1n,
  increment: -1n,
  clearing: -1n,
  release: 1n,
  expiry: 1n,
  advice: 0n,
  single: 0n,
  single_reversal: 0n,
};

/**
 * A record whose impact is not what its effect does to a hold means something else by its balances, too: an advice shows its
 * new total, and a balance of 0 beside it (PROTOCOL 5.5).
 */
function balanceOf({ record, word, accountId }: Observation): SaidBalance | undefined {
  const { effect, outcome, owner, amountMinor, amountFault } = record;
  const sign = HOLD_IMPACT[effect];
  if (sign === undefined || accountId === undefined || owner === undefined) return undefined;
  if (outcome === 'contradictory' || amountFault !== undefined) return undefined;
  const isReliable = outcome === 'approved' && sign !== 0n && word.impactedMinor === sign * amountMinor;
  return {
    account_id: accountId,
    owner_kind: owner.kind,
    owner_token: owner.token,
    created_at: new Date(record.createdAtMs),
    identifier: record.identifier ?? '-1',
    transaction_token: record.transactionToken,
    held_minor: isReliable ? (word.ledgerBalanceMinor ?? null) : null,
  };
}

/** What a final record posts to the account, where the platform's impact is known to mean that. */
function postedOf({ effect, outcome, amountMinor, amountFault, isCompleted }: TransactionRecord): bigint | undefined {
  if (outcome !== 'approved' || amountFault !== undefined) return undefined;
  if (effect === 'clearing' || effect === 'debit' || (effect === 'single' && isCompleted)) return -amountMinor;
  return effect === 'credit' ? amountMinor : undefined;
}

/** What a gateway is asked for; the log of a follow-up may be that of what it follows (PROTOCOL 6). */
const ASKED_FOR: ReadonlySet<RecordEffect> = new Set(['hold', 'single', 'increment', 'expected_credit']);

function questionOf(
  { effect, outcome, amountMinor, amountFault }: TransactionRecord,
  { answer }: PlatformWord,
): Pick<AskedAnswer, 'decision_id' | 'approves' | 'amount_minor'> | undefined {
  if (!ASKED_FOR.has(effect)) return undefined;
  const isHeard = answer?.timedOut !== true && (answer?.status === 200 || answer?.status === 402);
  const confirms = outcome === 'approved' && amountFault === undefined;
  if (!isHeard && !confirms) return undefined;
  return {
    decision_id: answer?.decisionId ?? null,
    approves: isHeard ? answer?.status === 200 : undefined,
    amount_minor: confirms ? amountMinor : null,
  };
}
