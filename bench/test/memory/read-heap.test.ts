import { expect, test } from 'vitest';
import { parseHeap } from '../../src/memory/read-heap.ts';

const METRICS = `# HELP nodejs_heap_size_total_bytes Process heap size from Node.js in bytes.
# TYPE nodejs_heap_size_total_bytes gauge
nodejs_heap_size_total_bytes{process="gateway"} 56147968
nodejs_heap_size_used_bytes 36600600
nodejs_external_memory_bytes{process="gateway"} 5.018544e+6
`;

test("the heap is read from a gateway's metrics, with labels and without", () => {
  expect(parseHeap(METRICS)).toEqual({
    heapUsedBytes: 36_600_600,
    heapTotalBytes: 56_147_968,
    externalBytes: 5_018_544,
  });
});

test('metrics that are something else are no heap of zero', () => {
  expect(() => parseHeap('up 1\n')).toThrow('nodejs_heap_size_used_bytes');
});
