import type { Queues } from '@freeway/core';
import { createMetrics, type Health, type Metrics } from '@freeway/runtime';
import { watchStores } from '../stores/watch-stores.ts';
import { openSweeper, type SweeperParts } from './open-sweeper.ts';
import { startSweeper } from './sweeper.ts';

export interface SweeperProcess {
  readonly queues: Queues;
  readonly health: Health;
  readonly metrics: Metrics;
}

/** The sweeper with its stores, its rounds and its stop, in whichever process. */
export async function startSweeperProcess(
  parts: SweeperParts & { readonly metrics?: Metrics },
): Promise<SweeperProcess> {
  const { settings, logger, lifecycle, metrics = createMetrics({ process: 'sweeper' }) } = parts;
  const { rounds, lock, metrics: counted, postgres, queues } = await openSweeper({ ...parts, metrics });
  const every = {
    doubt: settings.SWEEP_DOUBT_EVERY_MS,
    expiry: settings.SWEEP_EXPIRY_EVERY_MS,
    refolds: settings.SWEEP_REFOLDS_EVERY_MS,
    seal: settings.SEAL_EVERY_MS,
    books: settings.SWEEP_BOOKS_EVERY_MS,
  };
  const sweeper = startSweeper({ rounds, every, lock, metrics: counted, logger });
  lifecycle.onStop('sweeper', () => sweeper.stop());
  logger.info('sweeping');
  return { queues, health: watchStores({ settings, lifecycle, postgres, queues }), metrics };
}
