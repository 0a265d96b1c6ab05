/** What `freeway demo --json` says at the end, as far as the bench reads it. */
export interface PlaySummary {
  readonly ok: boolean;
  readonly faults: readonly string[];
  readonly sent: number;
  readonly answered: number;
  readonly approved: number;
  readonly wrong: number;
  /** The platform gave up and decided by itself. */
  readonly unanswered: number;
  readonly timeouts: number;
  readonly connection_errors: Readonly<Record<string, number>>;
  readonly webhooks: {
    readonly notifications: number;
    readonly acknowledged: number;
    readonly duplicates: number;
    readonly retries: number;
    readonly dropped: number;
    readonly unacknowledged: number;
  };
  readonly records: Readonly<Record<string, number>>;
  readonly differing_accounts: readonly string[];
  readonly differing_counters: readonly string[];
  readonly differing_exceptions: readonly string[];
  readonly invariants: readonly { readonly ok: boolean }[];
}

/** The last line of the log that is an object. */
export function readPlaySummary(log: string): PlaySummary {
  const line = log
    .split('\n')
    .filter((each) => each.startsWith('{"ok":'))
    .at(-1);
  if (line === undefined) throw new Error(`the player ended without a summary; it last said\n${log.slice(-2000)}`);
  return JSON.parse(line) as PlaySummary;
}
