import type { Message, Publisher } from '@freeway/core';
import {
  moveRelayCursor,
  oldestOutboxAgeMs,
  type OutboxPosition,
  type OutboxRow,
  outboxBacklog,
  type Postgres,
  pruneOutbox,
  readOutbox,
  readRelayCursor,
} from '@freeway/postgres';
import { backoffMs, createRateLimitedLog, type Logger, type Metrics } from '@freeway/runtime';
import { setTimeout as sleep } from 'node:timers/promises';

export interface RelayOptions {
  readonly postgres: Postgres;
  readonly publisher: Publisher;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** How long to wait when there is nothing to publish. */
  readonly pollMs: number;
  /** Published rows are kept this long. */
  readonly retentionMs: number;
  /** Rows read and published at once. Default 500. */
  readonly batchMax?: number;
}

export interface Relay {
  /** Finishes the batch in hand, then stops. */
  stop(): Promise<void>;
}

/** Names the cursor in the database; there is one outbox and one relay. */
const RELAY = 'jit-funding';
const PRUNE_INTERVAL_MS = 60_000;

/**
 * Publishes the outbox in commit order, at least once: the cursor moves after the broker confirmed. A second relay at the
 * same time publishes twice at worst; consumers drop what they have seen by the message's id.
 */
export function startRelay(options: RelayOptions): Relay {
  const { postgres, publisher, logger, metrics, pollMs, retentionMs, batchMax = 500 } = options;
  const stopping = new AbortController();
  const published = metrics.counter('freeway_relay_published_total', 'Outbox rows published and confirmed.');
  const lag = metrics.gauge('freeway_relay_lag_seconds', 'Age of the last row published, when it was published.');
  metrics.readGauge('freeway_outbox_backlog', 'Outbox rows not published yet.', () =>
    // A database that is away has no number; the rest of the page must still be served.
    outboxBacklog(postgres, RELAY).catch(() => Number.NaN),
  );
  metrics.readGauge('freeway_outbox_oldest_seconds', 'Age of the oldest outbox row not published yet.', () =>
    oldestOutboxAgeMs(postgres, RELAY).then(
      (ageMs) => ageMs / 1000,
      () => Number.NaN,
    ),
  );
  const log = createRateLimitedLog(logger, performance.now.bind(performance));
  let cursor: OutboxPosition | undefined;
  let pruneAtMs = 0;

  /** Publishes one batch and says whether there may be more at once. */
  async function relayBatch(): Promise<boolean> {
    cursor ??= await readRelayCursor(postgres, RELAY);
    const rows = await readOutbox(postgres, cursor, batchMax);
    const last = rows.at(-1);
    if (last === undefined) return false;
    await publisher.publish('jit-funding-queue', rows.map(messageOf));
    await moveRelayCursor(postgres, RELAY, last.position);
    cursor = last.position;
    published.inc(rows.length);
    lag.set(Math.max(0, (Date.now() - last.createdAt.getTime()) / 1000));
    return rows.length === batchMax;
  }

  /** While there is much to remove, some goes after every batch: no rate of decisions is too fast for it. */
  async function prune(): Promise<void> {
    if (performance.now() < pruneAtMs) return;
    const removed = await pruneOutbox(postgres, RELAY, retentionMs);
    if (removed < batchMax) pruneAtMs = performance.now() + PRUNE_INTERVAL_MS;
  }

  async function run(): Promise<void> {
    let failures = 0;
    while (!stopping.signal.aborted) {
      try {
        const more = await relayBatch();
        await prune();
        if (failures > 0) logger.info({ failures }, 'the relay works again');
        failures = 0;
        if (!more) await pause(pollMs);
      } catch (error) {
        failures++;
        const detail = { err: error, failures };
        log('relay', 5000, 'warn', detail, 'the relay failed and tries again; the outbox keeps what is waiting');
        await pause(backoffMs(failures, { firstMs: 100, maxMs: 5000 }));
      }
    }
  }

  function pause(ms: number): Promise<void> {
    return sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined);
  }

  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** The position is unique and stays: a row published twice has the same id both times. */
function messageOf(row: OutboxRow): Message {
  return { id: `${row.position.xid}-${row.position.seq}`, type: 'authorization_decided', body: row.body };
}
