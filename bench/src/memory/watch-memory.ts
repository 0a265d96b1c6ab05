import { memoryOf } from '../process-usage.ts';
import { readHeap } from './read-heap.ts';

export interface MemoryResult {
  readonly rssBytes: { readonly min: number; readonly mean: number; readonly max: number };
  /** The most it ever was, start included; what is judged. Where the system does not say, the largest sample. */
  readonly peakBytes: number;
  readonly samples: number;
  /** By the gateway's own metrics, the largest seen. */
  readonly heapUsedBytes: number;
  readonly heapTotalBytes: number;
  readonly externalBytes: number;
}

export interface MemoryWatch {
  end(): Promise<MemoryResult>;
}

const SAMPLE_MS = 1000;
/** As often as a Prometheus asks. */
const SCRAPE_MS = 15_000;

/** Samples the memory of the gateway until ended. */
export function watchMemory(pid: number, url: URL): MemoryWatch {
  const rss: number[] = [];
  let peakBytes = 0;
  const heap = { heapUsedBytes: 0, heapTotalBytes: 0, externalBytes: 0 };
  let broken: unknown;

  function sample(): void {
    try {
      const memory = memoryOf(pid);
      rss.push(memory.rssBytes);
      peakBytes = Math.max(peakBytes, memory.peakBytes ?? memory.rssBytes);
    } catch (error) {
      broken ??= error;
    }
  }
  async function scrape(): Promise<void> {
    try {
      const now = await readHeap(url);
      for (const name of Object.keys(heap) as (keyof typeof heap)[]) heap[name] = Math.max(heap[name], now[name]);
    } catch (error) {
      broken ??= error;
    }
  }

  sample();
  // A run that fails does not end the watch: nor may the watch keep it alive.
  const timers = [setInterval(sample, SAMPLE_MS).unref(), setInterval(() => void scrape(), SCRAPE_MS).unref()];
  return {
    async end() {
      for (const timer of timers) clearInterval(timer);
      await scrape();
      sample();
      if (broken !== undefined) throw new Error(`the gateway could not be watched: ${(broken as Error).message}`);
      const sum = rss.reduce((total, bytes) => total + bytes, 0);
      return {
        rssBytes: { min: Math.min(...rss), mean: sum / rss.length, max: Math.max(...rss) },
        peakBytes,
        samples: rss.length,
        ...heap,
      };
    },
  };
}
