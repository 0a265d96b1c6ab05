import type { Limit, RecordEffect, RequestKind, TransactionRecord } from '@freeway/core';
import { approval } from './build-proposal.ts';
import { buildRecord } from './build-record.ts';
import { buildRequest } from './build-request.ts';
import type { LedgerStep, PlannedProposal } from './history.ts';
import type { GatewayPart, WordDraft } from './life-draft.ts';
import type { LifePayer } from './life-payers.ts';
import { demandOf } from './plan-proposals.ts';

/** What happens in lives, in the platform's order; a decision comes before the record of its transaction. */
export type LifeEvent =
  | { readonly verb: 'authorize'; readonly proposal: PlannedProposal }
  | { readonly verb: 'record'; readonly record: TransactionRecord }
  | Extract<LedgerStep, { verb: 'void' | 'assign' }>;

export interface TimedEvent {
  readonly atMs: number;
  readonly event: LifeEvent;
}

/** One transaction of a life. */
export interface LifeTransaction {
  readonly token: string;
  readonly messageToken: string;
  readonly kind: RequestKind | undefined;
  readonly chainToken: string;
  /** Whose account decides; what follows is decided on the account and by the limits of the first (money.md *chain home*). */
  readonly payer: LifePayer;
  readonly card: string;
  readonly atMs: number;
  /** Of its first record, by the platform's count. */
  readonly number: number;
  readonly countedAtMs: number;
  readonly gateway: GatewayPart;
  readonly isVoided: boolean;
  readonly words: readonly WordDraft[];
  /** What each of its records says, the words' own parts aside. */
  readonly record: Partial<TransactionRecord> &
    Pick<TransactionRecord, 'effect' | 'amountMinor' | 'links' | 'currency' | 'owner'>;
}

/** The decision of our gateway; it proposes what a request of the same content makes it propose. */
export function decisionEvents(transaction: LifeTransaction, limits: readonly Limit[]): TimedEvent[] {
  const { token, messageToken, kind, payer, card, atMs, countedAtMs, gateway, record, chainToken, isVoided } =
    transaction;
  if (kind === undefined || gateway === 'silent' || record.amountMinor === 0n) return [];
  const request = buildRequest({
    transactionToken: token,
    messageToken,
    kind,
    amountMinor: record.amountMinor,
    currency: payer.currency,
    owner: payer.owner,
    cardToken: card,
    occurredAtMs: atMs,
    expiresAtMs: kind === 'single_message' ? undefined : record.hold?.expiresAtMs,
  });
  const applying = limits.filter(
    ({ currency, subject, window }) =>
      window !== 'transaction' &&
      currency === payer.currency &&
      [payer.accountId, payer.owner?.token, card].includes(subject.token),
  );
  const isLoad = kind === 'authorization' || kind === 'single_message' || kind === 'increment';
  const decision =
    gateway === 'declined'
      ? ({ outcome: 'decline', reason: 'card_suspended' } as const)
      : approval({
          effect: isLoad ? 'hold' : 'expected_credit',
          messageClass: kind === 'single_message' ? 'single' : 'dual',
          counters: isLoad ? applying.map((limit) => demandOf(limit, request, countedAtMs)) : [],
        });
  const proposal: PlannedProposal = {
    request,
    decision,
    ...(payer.accountId === undefined ? {} : { accountId: payer.accountId }),
    chainToken,
    countedAtMs,
    seen: {},
    record: '{}',
  };
  const decided: TimedEvent = { atMs, event: { verb: 'authorize', proposal } };
  return isVoided ? [decided, { atMs: atMs + 1, event: { verb: 'void', messageToken } }] : [decided];
}

/** The nth word of the platform about a transaction. */
export function wordEvent(transaction: LifeTransaction, word: WordDraft, nth: number): TimedEvent {
  const { token, countedAtMs, record } = transaction;
  // Words without a number are told apart by their time.
  const atMs = transaction.atMs + (nth === 0 ? 0 : word.delayMs) + (word.isNumbered ? 0 : 7 * nth);
  const amountMinor = word.fault === undefined ? (word.otherMinor ?? record.amountMinor) : 0n;
  return {
    atMs,
    event: {
      verb: 'record',
      record: buildRecord({
        ...record,
        transactionToken: token,
        state: word.isCompleted ? 'COMPLETION' : 'PENDING',
        identifier: word.isNumbered ? String(transaction.number + nth) : undefined,
        source: word.isSweeper ? 'sweeper' : 'platform',
        outcome: word.outcome,
        amountMinor,
        amountFault: word.fault,
        isRounded: word.isRounded && word.fault === undefined,
        currency: word.fault === 'unknown_currency' ? '' : record.currency,
        owner: record.owner,
        createdAtMs: atMs,
        countedAtMs,
        isCompleted: word.isCompleted,
      }),
    },
  };
}

/** A funding leg mirrors a transaction, and moves no money of its own (money.md *funding leg*). */
export function legEvent({ token, atMs, record }: LifeTransaction, effect: RecordEffect): TimedEvent {
  const leg = buildRecord({
    transactionToken: `leg-${token}`,
    effect,
    amountMinor: record.amountMinor,
    currency: record.currency,
    owner: record.owner,
    createdAtMs: atMs,
  });
  return { atMs, event: { verb: 'record', record: leg } };
}
