/** A bucket of a histogram in Prometheus' format: how many were at most so long. Cumulative. */
export interface Bucket {
  readonly upToMs: number;
  readonly count: number;
}

/** The buckets of a histogram of seconds without further labels than its process. */
export function parseHistogram(text: string, name: string): readonly Bucket[] {
  const lines = text.matchAll(new RegExp(`^${name}_bucket\\{(?:[^}]*,)?le="([^"]+)"[^}]*\\} (\\S+)$`, 'gm'));
  const buckets = [...lines].map(([, le, count]) => ({
    upToMs: le === '+Inf' ? Infinity : Number(le) * 1000,
    count: Number(count),
  }));
  if (buckets.length === 0) throw new Error(`/metrics has no histogram ${name}`);
  return buckets;
}

/** What came between two looks. */
export function between(before: readonly Bucket[], after: readonly Bucket[]): readonly Bucket[] {
  return after.map(({ upToMs, count }, index) => ({ upToMs, count: count - (before[index]?.count ?? 0) }));
}

/** A bound that this share stays below: the edge of the bucket. Undefined when nothing was counted. */
export function boundMs(buckets: readonly Bucket[], share: number): number | undefined {
  const total = buckets.at(-1)?.count ?? 0;
  if (total === 0) return undefined;
  return buckets.find(({ count }) => count >= total * share)?.upToMs;
}
