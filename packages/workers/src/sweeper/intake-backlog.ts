import type { Queues } from '@freeway/core';
import { lastRecordAgeMs, type Postgres, storedWebhookBacklog } from '@freeway/postgres';

export interface IntakeBacklogOptions {
  readonly queues: Pick<Queues, 'statistics'>;
  readonly postgres: Postgres;
  /** More messages than this that wait to be handled are a backlog, however fast they are being handled. */
  readonly backlogMax: number;
}

/** Fewer messages are what is in hand at any moment, unless nothing came of any for this long. */
const STANDING_STILL_MS = 60_000;

/**
 * Why the ledger may not know yet what the platform has told us, or undefined when it does (money.md *expiry*: never while
 * intake is behind). Not to know is to be behind.
 */
export async function whyIntakeIsBehind(options: IntakeBacklogOptions): Promise<string | undefined> {
  const { queues, postgres, backlogMax } = options;
  const stored = await storedWebhookBacklog(postgres);
  if (stored > 0) return `${stored} stored webhooks wait for the broker`;
  const statistics = await queues.statistics().catch(() => undefined);
  if (statistics === undefined) return 'the queues do not say how much waits in them';
  let waiting = 0;
  for (const { queue, ready, inFlight } of statistics) if (queue !== 'jit-funding-queue') waiting += ready + inFlight;
  if (waiting > backlogMax) return `${waiting} messages wait`;
  if (waiting === 0) return undefined;
  const ageMs = await lastRecordAgeMs(postgres);
  return ageMs < STANDING_STILL_MS ? undefined : `${waiting} messages wait, and nothing has come of any for a minute`;
}
