import { accountKey } from '../book.ts';
import { buildFundingLeg, buildRecord } from '../records/build-record.ts';
import { createRandom } from '../random.ts';
import { keepTransactions, type KeptTransactions } from './kept-transactions.ts';
import { firstTokenOf } from '../transaction-parts.ts';
import { RECORD_KINDS, type RecordKindName } from '../records/record-kind.ts';
import { toDecimalText } from '../decimal-money.ts';
import { APPROVED, type Happening } from '../records/happening.ts';
import type { Message } from '../message.ts';
import type { Model } from '../model.ts';
import type { Notification } from '../webhooks/webhook-sender.ts';

/** What a follow-up says that its chain does not. */
export interface FollowUp extends Omit<Partial<Happening>, 'kind' | 'message' | 'identifier' | 'amountMinor'> {
  readonly amountMinor: bigint;
}

/** The platform's own books: every transaction that it has concluded, told to the model and to the webhook. */
export interface Platform extends Omit<KeptTransactions, 'keep' | 'chainLength'> {
  readonly now: () => number;
  conclude(happening: Omit<Happening, 'identifier'>): Happening;
  /** What comes without any transaction before it: a force post, a refund. */
  concludeAlone(kind: RecordKindName, message: Message, terms: FollowUp): Happening;
  /** Another transaction of a chain; returns it. */
  followUp(kind: RecordKindName, first: Message, terms: FollowUp): Happening;
  notify(notification: Notification): void;
}

export interface PlatformOptions {
  /** Absent: only the books are kept. */
  readonly model?: Model;
  readonly send: (notification: Notification) => void;
  readonly now?: () => number;
  /** Probability that the funding leg of a record is told as well (PROTOCOL section 5.4). */
  readonly fundingLegs?: number;
}

export function createPlatform({ model, send, now = Date.now, fundingLegs = 0 }: PlatformOptions): Platform {
  const kept = keepTransactions();
  // Grows from run to run, as the platform's numbers do.
  let number = BigInt(now()) * 1000n;

  function conclude(given: Omit<Happening, 'identifier'>): Happening {
    const happening: Happening = { ...given, identifier: ++number };
    const { message } = happening;
    model?.record(happening);
    const heldMinor = model?.heldMinor(accountKey(message.payer, message.currency)) ?? 0n;
    kept.keep(happening, heldMinor);
    const token = message.transactionToken;
    send({ category: 'transactions', token, text: buildRecord(happening, heldMinor) });
    const isTold = createRandom(`leg ${token}`).chance(fundingLegs);
    const leg = isTold ? buildFundingLeg(happening) : undefined;
    if (leg !== undefined) send({ category: 'transactions', ...leg });
    return happening;
  }

  return {
    now,
    conclude,
    concludeAlone: (kind, message, terms) =>
      conclude({ verdict: APPROVED, ...terms, kind: RECORD_KINDS[kind], message }),
    followUp(kind, first, terms) {
      // Drawn from what came before, so that a life plays the same again.
      const follows = terms.follows ?? first.transactionToken;
      const before = kept.chainLength(firstTokenOf(first));
      const random = createRandom(`follow-up ${kind} ${first.transactionToken} ${before}`);
      const message: Message = {
        ...first,
        transactionToken: random.uuid(),
        messageToken: random.uuid(),
        amountText: toDecimalText(terms.shownMinor ?? terms.amountMinor, first.currency),
        amountForm: first.amountForm === 'as_is' ? 'shortest' : first.amountForm,
        receivedAtMs: now(),
        extends: first.extends ?? { transactionToken: first.transactionToken, messageToken: first.messageToken },
      };
      return conclude({ verdict: APPROVED, ...terms, follows, kind: RECORD_KINDS[kind], message });
    },
    notify: send,
    transaction: kept.transaction,
    related: kept.related,
    recorded: kept.recorded,
    cleared: kept.cleared,
  };
}
