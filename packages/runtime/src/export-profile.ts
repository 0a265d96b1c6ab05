import { Counter, type Metric } from 'prom-client';
import { LATENCY_BUCKETS, type Metrics } from './metrics.ts';
import { STAGES } from './stage.ts';
import { type Tally, UNITS_PER_MS } from './tally.ts';

/**
 * Offers what the profiler counted to Prometheus, made when Prometheus asks: the hot path records once. Stages are a
 * histogram and no quantiles, because quantiles of several gateways cannot be added up.
 */
export function exportProfile({ registry }: Metrics, total: () => Tally): void {
  const registers = [registry];
  registry.registerMetric(stageMetric(total));
  const decisions: Counter = new Counter({
    name: 'freeway_decisions_total',
    help: 'Authorizations by outcome; reason is empty for approvals.',
    labelNames: ['outcome', 'reason'],
    registers,
    collect() {
      const { approved, declined } = total();
      decisions.reset();
      decisions.inc({ outcome: 'approved', reason: '' }, approved);
      for (const [reason, count] of declined) decisions.inc({ outcome: 'declined', reason }, count);
    },
  });
  const lookups: Counter = new Counter({
    name: 'freeway_fact_lookups_total',
    help: 'Look-ups of facts by cache and whether it held them.',
    labelNames: ['cache', 'result'],
    registers,
    collect() {
      const { cacheHits, cacheMisses } = total();
      lookups.reset();
      for (const [cache, count] of cacheHits) lookups.inc({ cache, result: 'hit' }, count);
      for (const [cache, count] of cacheMisses) lookups.inc({ cache, result: 'miss' }, count);
    },
  });
}

interface Series {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const NAME = 'freeway_stage_seconds';

/**
 * All that a registry asks of a metric. prom-client's own histogram can only be filled one observation at a time, at
 * five times the cost of ours.
 */
function stageMetric(total: () => Tally): Metric {
  const description = { name: NAME, help: 'Time in each stage of an authorization.', type: 'histogram' };
  const metric = {
    ...description,
    get: async () => ({ ...description, aggregator: 'sum', values: stageSeries(total()) }),
    reset: () => undefined,
  };
  return metric as unknown as Metric;
}

function stageSeries({ histograms, sumsMs }: Tally): Series[] {
  return STAGES.flatMap((stage, index) => {
    const histogram = histograms[index];
    if (histogram === undefined) return [];
    const series: Series[] = [];
    let counted = 0;
    let next = 0;
    for (const bound of LATENCY_BUCKETS) {
      const last = histogram.countsArrayIndex(bound * 1000 * UNITS_PER_MS);
      for (; next <= last; next += 1) counted += histogram.getCountAtIndex(next);
      series.push({ metricName: `${NAME}_bucket`, labels: { le: String(bound), stage }, value: counted });
    }
    const count = histogram.totalCount;
    series.push({ metricName: `${NAME}_bucket`, labels: { le: '+Inf', stage }, value: count });
    series.push({ metricName: `${NAME}_sum`, labels: { stage }, value: (sumsMs[index] ?? 0) / 1000 });
    series.push({ metricName: `${NAME}_count`, labels: { stage }, value: count });
    return series;
  });
}
