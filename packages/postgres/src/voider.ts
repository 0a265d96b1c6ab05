import type { Postgres } from './connect.ts';
import { NoAnswer } from './replaceable-driver.ts';

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

/** The two keys of a message (money.md *two keys*). */
interface MessageKeys {
  readonly messageToken: string;
  readonly transactionToken: string;
}

/** Voids approvals that land after their caller was told no (money.md *doubt*). */
export interface Voider {
  later(message: MessageKeys, attemptId: string): void;
  /** Whether somebody was told no about this message or its transaction, and the approval may still be there. */
  isOpen(message: MessageKeys): boolean;
  pending(): number;
  /** Looks once more for what is open, then forgets it. */
  stop(): Promise<void>;
}

/**
 * The list lives in this process: if the process dies first, the hold stays unconfirmed, and the platform's record, which
 * says declined, releases it.
 */
export function createVoider(postgres: Postgres, options: VoiderOptions = {}): Voider {
  const { intervalMs = 1000, giveUpAfterMs = 60_000, clock = () => performance.now() } = options;
  /** By attempt. */
  const open = new Map<string, MessageKeys & { readonly sinceMs: number }>();
  /** How many open attempts carry a token. */
  const openTokens = new Map<string, number>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function schedule(): void {
    timer ??= setTimeout(() => void sweep(), intervalMs);
  }

  function count({ messageToken, transactionToken }: MessageKeys, by: 1 | -1): void {
    for (const key of [`m ${messageToken}`, `t ${transactionToken}`]) {
      const left = (openTokens.get(key) ?? 0) + by;
      if (left > 0) openTokens.set(key, left);
      else openTokens.delete(key);
    }
  }

  async function sweep(): Promise<void> {
    for (const [attemptId, message] of open) {
      const { messageToken, sinceMs } = message;
      try {
        const outcome = await voidAuthorization(postgres, messageToken, attemptId);
        if (outcome === 'absent' && clock() - sinceMs < giveUpAfterMs) continue;
        open.delete(attemptId);
        count(message, -1);
        options.onOutcome?.(messageToken, outcome);
      } catch {
        break; // the database is still away: the next round tries again
      }
    }
    timer = undefined;
    if (open.size > 0) schedule();
  }

  return {
    later({ messageToken, transactionToken }, attemptId) {
      const message = { messageToken, transactionToken, sinceMs: clock() };
      open.set(attemptId, message);
      count(message, 1);
      schedule();
    },
    isOpen: ({ messageToken, transactionToken }) =>
      openTokens.has(`m ${messageToken}`) || openTokens.has(`t ${transactionToken}`),
    pending: () => open.size,
    async stop() {
      clearTimeout(timer);
      await sweep();
      clearTimeout(timer);
    },
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
