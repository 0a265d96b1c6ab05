export interface ServiceHealth {
  readonly state: 'up' | 'degraded' | 'down';
  readonly latencyMs?: number;
  /** One sentence for a person; never a secret. */
  readonly detail?: string;
}
