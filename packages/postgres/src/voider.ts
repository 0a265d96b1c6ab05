import { NoAnswer, type Postgres } from './connect.ts';

export type VoidOutcome = 'voided' | 'confirmed' | 'declined' | 'answered' | 'absent';

export interface VoiderOptions {
  /** How often what is open is tried again. Default 1,000. */
  readonly intervalMs?: number;
  /** A commit that has not landed this long after its answer never will: its statement has timed out. Default 60,000. */
  readonly giveUpAfterMs?: number;
  readonly onOutcome?: (messageToken: string, outcome: VoidOutcome) => void;
  /** Monotonic milliseconds. */
  readonly clock?: () => number;
}

/** Voids approvals that land after their caller was told no (money.md *doubt*). */
export interface Voider {
  later(messageToken: string, attemptId: string): void;
  pending(): number;
  stop(): void;
}

/**
 * The list lives in this process: if the process dies first, the hold stays unconfirmed, and the platform's record, which
 * says declined, releases it.
 */
export function createVoider(postgres: Postgres, options: VoiderOptions = {}): Voider {
  const { intervalMs = 1000, giveUpAfterMs = 60_000, clock = () => performance.now() } = options;
  /** By attempt. */
  const open = new Map<string, { readonly messageToken: string; readonly sinceMs: number }>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function schedule(): void {
    timer ??= setTimeout(() => void sweep(), intervalMs);
  }

  async function sweep(): Promise<void> {
    for (const [attemptId, { messageToken, sinceMs }] of open) {
      try {
        const outcome = await voidAuthorization(postgres, messageToken, attemptId);
        if (outcome === 'absent' && clock() - sinceMs < giveUpAfterMs) continue;
        open.delete(attemptId);
        options.onOutcome?.(messageToken, outcome);
      } catch {
        break; // the database is still away: the next round tries again
      }
    }
    timer = undefined;
    if (open.size > 0) schedule();
  }

  return {
    later(messageToken, attemptId) {
      open.set(attemptId, { messageToken, sinceMs: clock() });
      schedule();
    },
    pending: () => open.size,
    stop: () => clearTimeout(timer),
  };
}

/** Voids, once, the approval of a message if this arrival of it made it. */
export async function voidAuthorization(
  postgres: Postgres,
  messageToken: string,
  attemptId: string,
): Promise<VoidOutcome> {
  const [row] = await postgres.query(
    'ledger.void',
    (sql) => sql`select void_authorization(${messageToken}, ${attemptId}::bigint) as outcome`,
  );
  if (row === undefined) throw new NoAnswer('the void was answered without its result');
  return row['outcome'] as VoidOutcome;
}
