import type { MetricName, Metrics } from './metrics.ts';

/** Whatever pool counts like this; which database it leads to does not matter here. */
export interface CountedPool {
  statistics(): { readonly [count in 'max' | 'active' | 'waiting' | 'queries' | 'slow' | 'failed']: number };
}

/** Pool statistics as metrics: one gauge per pool, by what is counted. */
export function exportPool(metrics: Metrics, name: string, pool: CountedPool): void {
  const metric: MetricName = `freeway_postgres_${name}_pool`;
  metrics.readGauges(metric, `The ${name} pool: connections and queries.`, 'state', () => ({ ...pool.statistics() }));
}
