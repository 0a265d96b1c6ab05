import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchWorld } from './bench-world.ts';
import { createFreeway } from './freeway.ts';
import { type Machine, watchMachine } from './machine.ts';

const EXIT_INTERRUPTED = 130;

interface CommonOptions {
  readonly json: boolean;
}

interface Report<Options, Run> {
  readonly options: Options;
  readonly machine: Machine;
  readonly result: Run;
  readonly faults: readonly string[];
}

/** One kind of bench. */
export interface Bench<Options, Run> {
  /** Of every process. */
  readonly settings?: Readonly<Record<string, string>>;
  measure(world: BenchWorld): Promise<Run>;
  /** Why the run is void or failed. */
  faultsOf(run: Run): readonly string[];
  format(report: Report<Options, Run>): string;
  asJson(report: Report<Options, Run>): object;
  /** Removes what is left elsewhere. */
  cleanUp?(): Promise<void>;
}

/** Measures, prints, and returns the exit code. Whatever was started or written is gone afterwards. */
export async function runBench<Options extends CommonOptions, Run>(
  options: Options,
  bench: Bench<Options, Run>,
): Promise<number> {
  const aborter = new AbortController();
  const { signal } = aborter;
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => aborter.abort());
  const folder = await mkdtemp(join(tmpdir(), 'freeway-bench-'));
  // Run by root, the embedded PostgreSQL is another user, who must get through to its own folder below.
  await chmod(folder, 0o711);
  const freeway = createFreeway(folder, bench.settings);
  const machine = watchMachine();
  try {
    const result = await bench.measure({ freeway, folder, signal, say });
    const report = { options, machine: machine(), result, faults: bench.faultsOf(result) };
    (options.json ? say : console.log)(bench.format(report));
    if (options.json) console.log(JSON.stringify(bench.asJson(report)));
    return report.faults.length === 0 ? 0 : 1;
  } catch (error) {
    if (!signal.aborted) say(`bench: ${(error as Error).message}`);
    return signal.aborted ? EXIT_INTERRUPTED : 1;
  } finally {
    await freeway.stopAll();
    await bench.cleanUp?.().catch((error: unknown) => say(`bench: something is left: ${(error as Error).message}`));
    // A command that was interrupted leaves its database a moment to end, which still writes.
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
