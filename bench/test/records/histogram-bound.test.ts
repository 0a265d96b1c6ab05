import { describe, expect, test } from 'vitest';
import { between, boundMs, parseHistogram } from '../../src/records/histogram-bound.ts';

const TEXT = `# HELP freeway_x_seconds Time.
# TYPE freeway_x_seconds histogram
freeway_x_seconds_bucket{le="0.005",process="intake"} 90
freeway_x_seconds_bucket{le="0.01",process="intake"} 98
freeway_x_seconds_bucket{le="+Inf",process="intake"} 100
freeway_x_seconds_sum{process="intake"} 0.7
freeway_x_seconds_count{process="intake"} 100
freeway_xy_seconds_bucket{le="0.1",process="intake"} 7
`;

describe('what a histogram of a process says', () => {
  test('a share stays below the edge of the bucket that it ends in', () => {
    const buckets = parseHistogram(TEXT, 'freeway_x_seconds');
    expect(buckets.map(({ upToMs }) => upToMs)).toEqual([5, 10, Infinity]);
    expect(boundMs(buckets, 0.9)).toBe(5);
    expect(boundMs(buckets, 0.98)).toBe(10);
    expect(boundMs(buckets, 0.99)).toBe(Infinity);
  });

  test('what came between two looks is told from what was before', () => {
    const before = parseHistogram(TEXT, 'freeway_x_seconds');
    const after = before.map(({ upToMs, count }) => ({ upToMs, count: count + (upToMs === 5 ? 0 : 100) }));
    expect(boundMs(between(before, after), 0.99)).toBe(10);
    expect(boundMs(between(before, before), 0.99)).toBeUndefined();
  });

  test('a histogram that is not there is no histogram of nothing', () => {
    expect(() => parseHistogram(TEXT, 'freeway_z_seconds')).toThrow('freeway_z_seconds');
  });
});
