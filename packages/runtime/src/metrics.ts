import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { exportEventLoop } from './export-event-loop.ts';

export type MetricName = `freeway_${string}`;

/** Seconds; from half a millisecond, because that is where answers live. */
export const LATENCY_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] as const;

/** As many as there are currencies, and some. */
const GROWING_MAX = 200;

/** One series of each value of one label, resolved once: the hot path never looks a label up. */
export type Children<Value extends string, Child> = Readonly<Record<Value, Child>>;

export interface Metrics {
  readonly registry: Registry;
  counter(name: MetricName, help: string): Counter.Internal;
  counters<V extends string>(
    name: MetricName,
    help: string,
    label: string,
    values: readonly V[],
  ): Children<V, Counter.Internal>;
  /**
   * The same with values that are not known from the start, at most `GROWING_MAX` of them: what comes beyond is counted as
   * `other`, so that data from outside cannot make a series of everything.
   */
  growingCounters(name: MetricName, help: string, label: string): (value: string) => Counter.Internal;
  gauge(name: MetricName, help: string): Gauge.Internal<string>;
  /** A gauge that is read when Prometheus asks. */
  readGauge(name: MetricName, help: string, read: () => number | Promise<number>): void;
  /** The same with one label: the record's keys are its values. */
  readGauges(name: MetricName, help: string, label: string, read: () => Readings | Promise<Readings>): void;
  /** Observes seconds. */
  histogram(name: MetricName, help: string, buckets?: readonly number[]): Histogram.Internal<string>;
  histograms<V extends string>(
    name: MetricName,
    help: string,
    label: string,
    values: readonly V[],
    buckets?: readonly number[],
  ): Children<V, Histogram.Internal<string>>;
  /** The exposition text, and its content type. */
  text(): Promise<string>;
  readonly contentType: string;
}

type Readings = Readonly<Record<string, number>>;

export interface MetricsOptions {
  /** Stands on every series as the label `process`. */
  readonly process: string;
  /** Node's own metrics (heap, event loop lag and use, garbage collection). Default true. */
  readonly node?: boolean;
}

/** Metrics of one process: a registry of its own, so that several processes can run in one. */
export function createMetrics({ process: processName, node = true }: MetricsOptions): Metrics {
  const registry = new Registry();
  const registers = [registry];
  registry.setDefaultLabels({ process: processName });
  if (node) {
    collectDefaultMetrics({ register: registry });
    exportEventLoop(registry);
  }
  return {
    registry,
    counter: (name, help) => new Counter({ name: checked(name), help, registers }),
    counters(name, help, label, values) {
      const counter = new Counter({ name: checked(name), help, labelNames: [label], registers });
      // Zero from the start: a rate over a series that appears with its first event misses that event.
      return children(values, (value) => {
        const child = counter.labels(value);
        child.inc(0);
        return child;
      });
    },
    growingCounters: (name, help, label) =>
      growing(new Counter({ name: checked(name), help, labelNames: [label], registers })),
    gauge: (name, help) => new Gauge({ name: checked(name), help, registers }),
    readGauge(name, help, read) {
      const gauge: Gauge = new Gauge({
        name: checked(name),
        help,
        registers,
        collect: async () => gauge.set(await read()),
      });
    },
    readGauges(name, help, label, read) {
      const gauge: Gauge = new Gauge({
        name: checked(name),
        help,
        labelNames: [label],
        registers,
        async collect() {
          const readings = await read();
          gauge.reset();
          for (const [value, reading] of Object.entries(readings)) gauge.set({ [label]: value }, reading);
        },
      });
    },
    histogram: (name, help, buckets = LATENCY_BUCKETS) =>
      new Histogram({ name: checked(name), help, buckets: [...buckets], registers }),
    histograms(name, help, label, values, buckets = LATENCY_BUCKETS) {
      const histogram = new Histogram({
        name: checked(name),
        help,
        labelNames: [label],
        buckets: [...buckets],
        registers,
      });
      return children(values, (value) => {
        histogram.zero({ [label]: value });
        return histogram.labels(value);
      });
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

function growing(counter: Counter<string>): (value: string) => Counter.Internal {
  const known = new Map<string, Counter.Internal>();
  return (value) => {
    const found = known.get(value);
    if (found !== undefined) return found;
    if (known.size === GROWING_MAX) return counter.labels('other');
    const child = counter.labels(value);
    known.set(value, child);
    return child;
  };
}

function children<V extends string, Child>(values: readonly V[], child: (value: V) => Child): Children<V, Child> {
  return Object.fromEntries(values.map((value) => [value, child(value)])) as Record<V, Child>;
}

function checked(name: MetricName): MetricName {
  if (!/^freeway(_[a-z0-9]+)+$/.test(name)) throw new Error(`metric names are snake_case: ${name}`);
  return name;
}
