export interface Heap {
  readonly heapUsedBytes: number;
  readonly heapTotalBytes: number;
  readonly externalBytes: number;
}

/** What the gateway says of itself on `/metrics`. */
export async function readHeap(url: URL): Promise<Heap> {
  const response = await fetch(new URL('/metrics', url));
  if (!response.ok) throw new Error(`/metrics answers ${response.status}`);
  return parseHeap(await response.text());
}

/** `text` is in Prometheus' format. */
export function parseHeap(text: string): Heap {
  const valueOf = (name: string): number => {
    const value = new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1];
    if (value === undefined) throw new Error(`/metrics has no ${name}`);
    return Number(value);
  };
  return {
    heapUsedBytes: valueOf('nodejs_heap_size_used_bytes'),
    heapTotalBytes: valueOf('nodejs_heap_size_total_bytes'),
    externalBytes: valueOf('nodejs_external_memory_bytes'),
  };
}
