/** One transaction as the platform tells it, JSON exactly as it came; or that it knows none by that token. */
export type LookedUpTransaction =
  { readonly status: 'found'; readonly text: string } | { readonly status: 'not_found' };

export type RelatedTransactions =
  { readonly status: 'found'; readonly texts: readonly string[] } | { readonly status: 'not_found' };

/**
 * Asks the platform about its transactions (money.md *doubt*). It answers late: a transaction may be missing for hours after
 * the event, so that one `not_found` proves nothing.
 */
export interface TransactionLookup {
  /** @throws Fault `unavailable` when the platform did not answer, or not as itself: never taken for `not_found` */
  transaction(token: string): Promise<LookedUpTransaction>;
  /**
   * Whatever belongs to the same series, declined ones too.
   * @param sinceMs ms since the epoch: older transactions are left out
   * @throws Fault `unavailable`
   */
  related(token: string, sinceMs: number): Promise<RelatedTransactions>;
}
