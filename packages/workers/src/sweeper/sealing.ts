import { type Postgres, readSealHead, readSealLag, sealBlock, sealHistory } from '@freeway/postgres';
import type { Logger } from '@freeway/runtime';
import type { SweeperMetrics } from './sweeper-metrics.ts';

export interface SealingOptions {
  readonly postgres: Postgres;
  readonly key: string | undefined;
  readonly metrics: Pick<SweeperMetrics, 'sealed' | 'unsealed'>;
  readonly logger: Logger;
}

/** A head that stands in a log kept elsewhere is one that the chain cannot lose unnoticed (verify --chain --expect). */
const TELL_EVERY_MS = 3_600_000;

/** Seals what was committed since the last round (docs/decisions/0029-sealed-afterwards.md). Returns how many rows. */
export function createSealing({
  postgres,
  key,
  metrics,
  logger,
}: SealingOptions): (signal: AbortSignal) => Promise<number> {
  let toldAtMs = -Infinity;
  return async (signal) => {
    let rows = await sealHistory(postgres, { key }, signal);
    if (rows > 0) logger.info({ rows }, 'sealed what was there before');
    metrics.sealed.inc(rows);
    while (!signal.aborted) {
      const sealed = await sealBlock(postgres, { key });
      metrics.sealed.inc(sealed);
      if (sealed === 0) break;
      rows += sealed;
    }
    metrics.unsealed(await readSealLag(postgres.sql));
    if (rows > 0 && performance.now() - toldAtMs >= TELL_EVERY_MS) {
      const { block, hash } = await readSealHead(postgres.sql);
      logger.info({ block, hash }, 'the sealed record ends here; verify --chain --expect knows it again');
      toldAtMs = performance.now();
    }
    return rows;
  };
}
