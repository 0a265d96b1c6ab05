import type { SessionLock } from '@freeway/postgres';
import { backoffMs, createRateLimitedLog, type Logger } from '@freeway/runtime';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DoubtReport } from './doubt.ts';
import type { ExpiryReport } from './expiry.ts';
import type { SweeperMetrics } from './sweeper-metrics.ts';

/** The rounds of each thing a sweeper does. A round that was told to stop ends early. */
export interface SweeperRounds {
  doubt(signal: AbortSignal): Promise<DoubtReport>;
  expiry(signal: AbortSignal): Promise<ExpiryReport>;
  /** Returns how many chains were folded anew. */
  refolds(signal: AbortSignal): Promise<number>;
  /** Returns how many rows were sealed. */
  seal(signal: AbortSignal): Promise<number>;
  /** Returns how many accounts were checked. */
  books(signal: AbortSignal): Promise<number>;
}

export interface SweeperOptions {
  readonly rounds: SweeperRounds;
  /** Milliseconds between two rounds. */
  readonly every: Readonly<Record<keyof SweeperRounds, number>>;
  /** Whoever has it acts; the others stand by. */
  readonly lock: SessionLock;
  readonly metrics: SweeperMetrics;
  readonly logger: Logger;
}

export interface Sweeper {
  /** Ends the rounds in hand, then stops. */
  stop(): Promise<void>;
}

/** A round that fails is tried again after ever longer waits, up to so many of its intervals. */
const LONGEST_WAIT = 16;

/**
 * Runs the rounds, each at its own pace. They are safe to repeat and to run twice at once: that one sweeper acts spares the
 * platform and the database the rest.
 */
export function startSweeper({ rounds, every, lock, metrics, logger }: SweeperOptions): Sweeper {
  const stopping = new AbortController();
  const { signal } = stopping;
  const log = createRateLimitedLog(logger, performance.now.bind(performance));
  let isActing: boolean | undefined;

  async function acts(): Promise<boolean> {
    const held = await lock.held();
    if (held !== isActing) logger.info(held ? 'this sweeper acts' : 'another sweeper acts; this one stands by');
    isActing = held;
    metrics.acts(held);
    return held;
  }

  async function repeat(name: keyof SweeperRounds): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      const startedMs = performance.now();
      try {
        const failed = (await acts()) ? await run(name) : undefined;
        failures = failed === undefined ? 0 : failures + 1;
      } catch (error) {
        failures += 1;
        log(name, 5000, 'warn', { err: error, round: name, failures }, 'a round failed, and is tried again');
      }
      const tookMs = performance.now() - startedMs;
      const waitMs =
        failures === 0
          ? every[name]
          : backoffMs(failures, { firstMs: 2 * every[name], maxMs: LONGEST_WAIT * every[name] });
      // What takes long must not be all that it does: it rests as long as it worked.
      await sleep(Math.max(waitMs, tookMs), undefined, { signal }).catch(() => undefined);
    }
  }

  /** Returns what failed of it. */
  async function run(name: keyof SweeperRounds): Promise<string | undefined> {
    if (name === 'doubt') return (await rounds.doubt(signal)).failed;
    await rounds[name](signal);
    return undefined;
  }

  const running = Promise.all([repeat('doubt'), repeat('expiry'), repeat('refolds'), repeat('seal'), repeat('books')]);
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
