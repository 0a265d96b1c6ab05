/** One thing that must hold, as the query that finds where it does not. */
export interface LedgerQuery {
  readonly name: string;
  /** The rule of money.md that it is about. */
  readonly rule: string;
  /** Gives one row per violation, with what a person needs to find it. */
  readonly violations: string;
  /** What is no violation and still worth a look. */
  readonly listed?: string;
}
