/** How the platform and the network behave; probabilities. */
export interface Conduct {
  /** An answer that came is taken for too late (PROTOCOL section 8). */
  readonly judgedLate: number;
  /** Where no answer counts: Commando decides, and approves. Else the transaction is declined (PROTOCOL section 9.1). */
  readonly commando: number;
  /** An unanswered request is sent again until it is answered, instead of being decided without the gateway. */
  readonly repeats: number;
  /** A later step declines what the gateway approved (PROTOCOL section 1). */
  readonly declinedElsewhere: number;
  /** The record approves less than the gateway did (PROTOCOL section 7.4). */
  readonly partlyApproved: number;
  /** A funding leg is told beside its record (PROTOCOL section 5.4). */
  readonly fundingLegs: number;
  /** For each transaction that the gateway was asked about, another one that it was not: section 5.3. */
  readonly unasked: number;
  /** For each of these, a card or a user that is suspended for a while. */
  readonly transitions: number;
}

/** Rare enough to be believed, frequent enough to be met within a minute at demo rates. */
export const DEFAULT_CONDUCT: Conduct = {
  judgedLate: 0.005,
  commando: 0.4,
  repeats: 0.3,
  declinedElsewhere: 0.01,
  partlyApproved: 0.01,
  fundingLegs: 0.1,
  unasked: 0.05,
  transitions: 0.003,
};
