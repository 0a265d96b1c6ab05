import type { Archive, OwnerRef } from '@freeway/core';
import type { Logger, Metrics } from '@freeway/runtime';
import { archiveIdOf } from './archive-decision.ts';
import type { DecidedMessage } from './decided-message.ts';

export interface CorrectOwnerOptions {
  readonly archive: Archive;
  /** Resolves to whether it changed anything. */
  readonly correctCardOwner: (cardToken: string, owner: OwnerRef) => Promise<boolean>;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/**
 * money.md *ownership*: the platform's word on who holds a card is taken; our fact is corrected from it and the
 * difference reported. To be called before the decision is archived: one that is archived already is a duplicate, whose
 * word may be old by now.
 */
export function createOwnerCorrection(options: CorrectOwnerOptions): (decided: DecidedMessage) => Promise<void> {
  const { archive, correctCardOwner, logger, metrics } = options;
  const corrected = metrics.counter(
    'freeway_card_owners_corrected_total',
    "Cards whose owner differed from the platform's word.",
  );

  return async (decided) => {
    const { card_token: cardToken } = decided;
    const holder = holderOf(decided);
    if (decided.card_owner_differs !== true || cardToken === undefined || holder === undefined) return;
    if ((await archive.get('decisions', archiveIdOf(decided))) !== undefined) return;
    if (!(await correctCardOwner(cardToken, holder))) return;
    corrected.inc();
    logger.warn({ card_token: cardToken, owner: holder }, 'corrected the owner of a card from the platform');
  };
}

/** The acting user holds the card, else the owner of the account (money.md *payer*). */
function holderOf({ acting_user_token: actingUser, owner }: DecidedMessage): OwnerRef | undefined {
  return actingUser === undefined ? owner : { kind: 'user', token: actingUser };
}
