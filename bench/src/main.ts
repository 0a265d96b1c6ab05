import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { HELP, type MemoryOptions, parseCommandLine } from './command-line.ts';
import { createFreeway } from './freeway.ts';
import { measureMemory } from './measure-memory.ts';
import { formatReport, reportAsJson } from './report.ts';
import { faultsOf } from './verdict.ts';

/** Called wrongly, as the freeway command says it. */
const EXIT_USAGE = 2;
const EXIT_INTERRUPTED = 130;

const command = parseCommandLine(process.argv.slice(2));
switch (command.kind) {
  case 'help':
    process.stdout.write(`${HELP}\n`);
    break;
  case 'usage':
    process.stderr.write(`bench: ${command.problem}\n\n${HELP}\n`);
    process.exitCode = EXIT_USAGE;
    break;
  case 'memory':
    process.exitCode = await benchMemory(command.options);
}

/** Measures, prints, and returns the exit code. Whatever was started or written is gone afterwards. */
async function benchMemory(options: MemoryOptions): Promise<number> {
  const aborter = new AbortController();
  const { signal } = aborter;
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => aborter.abort());
  const folder = await mkdtemp(join(tmpdir(), 'freeway-bench-'));
  // Run by root, the embedded PostgreSQL is another user, who must get through to its own folder below.
  await chmod(folder, 0o711);
  const freeway = createFreeway(folder);
  const loadBefore = loadavg();
  try {
    const result = await measureMemory(options, { freeway, folder, signal, say });
    const machine = { cores: availableParallelism(), loadBefore, loadAfter: loadavg() };
    const report = { options, machine, result, faults: faultsOf(options, result) };
    (options.json ? say : console.log)(formatReport(report));
    if (options.json) console.log(JSON.stringify(reportAsJson(report)));
    return report.faults.length === 0 ? 0 : 1;
  } catch (error) {
    if (!signal.aborted) say(`bench: ${(error as Error).message}`);
    return signal.aborted ? EXIT_INTERRUPTED : 1;
  } finally {
    await freeway.stopAll();
    // A command that was interrupted leaves its database a moment to end, which still writes.
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
