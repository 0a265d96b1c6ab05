/** What a released gateway commits: one purchase, or a decline of one, counted against one limit by the day. */
export interface Purchase {
  readonly token: string;
  readonly accountId: string;
  readonly ownerToken: string;
  readonly amountMinor: number;
  readonly limitId: number;
  /** Refused by the core for this reason: stored, and nothing reserved. */
  readonly refused?: string;
}

/** As the gateway that sent it was told. */
export interface Committed {
  readonly status: string;
  readonly decisionId: string;
  readonly approved: boolean;
}

export const DAY = '2026-11-27';
export const COUNTED_AT_MS = Date.parse(`${DAY}T12:00:00Z`);
export const DAILY_MAX_MINOR = 1_000_000_000;

/** Of what a token stands for: the same in every release, or a repeat would find nothing. */
export function fingerprintOf({ amountMinor, ownerToken }: Purchase): string {
  return `00000000-0000-4000-8000-${(amountMinor * 1000 + ownerToken.length).toString(16).padStart(12, '0')}`;
}
