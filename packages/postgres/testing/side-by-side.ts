import type { AuthorizationLedger } from '@freeway/core';
import type { ReplayTarget } from '@freeway/testkit';

/** Longer than any commit waits in a test: it says "hung", never "slow". */
const PATIENCE_MS = 60_000;

/**
 * The target as several processes use it: nothing waits for what was sent before, proposals go through the queue that forms
 * batches by time, and what all of it leaves is looked at once everybody has been answered. Results are not kept.
 */
export function sideBySide(target: ReplayTarget, gateway: AuthorizationLedger): ReplayTarget {
  const underWay: Promise<unknown>[] = [];
  const settled = async (): Promise<void> => {
    const outcomes = await Promise.allSettled(underWay);
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  };
  return {
    ...target,
    async authorizeBatch(proposals) {
      for (const proposal of proposals) underWay.push(gateway.authorize(proposal, performance.now() + PATIENCE_MS));
      return [];
    },
    async applyRecords(records) {
      underWay.push(target.applyRecords(records));
      return [];
    },
    async assign(chain, accountId) {
      await settled();
      await target.assign(chain, accountId);
    },
    async snapshot() {
      await settled();
      // folds what commits have touched since
      await target.authorizeBatch([]);
      return target.snapshot();
    },
  };
}
