import { openMigratedDatabase } from '@freeway/postgres';
import { createLifecycle, createLogger, createMetrics, type Environment, settingsOrExit } from '@freeway/runtime';
import type { DoubtReport } from './doubt.ts';
import type { ExpiryReport } from './expiry.ts';
import { openSweeper } from './open-sweeper.ts';

export type SweepReport =
  | {
      readonly status: 'swept';
      readonly refolded: number;
      readonly doubt: DoubtReport;
      readonly expiry: ExpiryReport;
      readonly sealed: number;
    }
  /** Another sweeper acts: nothing was done. */
  | { readonly status: 'stands_by' };

/** One round of everything, for a person or a timer; resolves when all is closed again. */
export async function sweepOnce(env: Environment = process.env): Promise<SweepReport> {
  const settings = settingsOrExit('sweeper', env);
  const logger = createLogger({ process: 'sweeper', level: settings.LOG_LEVEL, destination: process.stderr });
  const lifecycle = createLifecycle({ logger, stopTimeoutMs: settings.STOP_TIMEOUT_MS });
  let report: SweepReport = { status: 'stands_by' };
  await lifecycle.run(async () => {
    const databaseUrl = await openMigratedDatabase({ settings, logger, lifecycle });
    const metrics = createMetrics({ process: 'sweeper', node: false });
    const { rounds, lock } = await openSweeper({ settings, databaseUrl, logger, lifecycle, metrics });
    if (!(await lock.held())) return;
    const { signal } = lifecycle;
    // What commits have touched first: a hold may have a newer date, or be gone.
    const refolded = await rounds.refolds(signal);
    const doubt = await rounds.doubt(signal);
    const expiry = await rounds.expiry(signal);
    report = { status: 'swept', refolded, doubt, expiry, sealed: await rounds.seal(signal) };
  });
  await lifecycle.stop();
  return report;
}
