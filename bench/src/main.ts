import { randomBytes } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { CHAOS_SETTINGS } from './chaos/chaos-processes.ts';
import { measureChaos } from './chaos/measure-chaos.ts';
import { formatReport as formatChaos, reportAsJson as chaosAsJson } from './chaos/report.ts';
import { faultsOf as chaosFaultsOf } from './chaos/verdict.ts';
import { parseCommandLine } from './command-line.ts';
import { deleteQueues } from './delete-queues.ts';
import { HELP } from './help.ts';
import { measureMemory } from './memory/measure-memory.ts';
import { formatReport as formatMemory, reportAsJson as memoryAsJson } from './memory/report.ts';
import { faultsOf as memoryFaultsOf } from './memory/verdict.ts';
import { measureRecords } from './records/measure-records.ts';
import { formatReport as formatRecords, reportAsJson as recordsAsJson } from './records/report.ts';
import { faultsOf as recordsFaultsOf } from './records/verdict.ts';
import { type Bench, runBench } from './run-bench.ts';

// The generator shares the machine with what it measures, and its collector is on both cores at once.
const V8_FLAGS = [
  // Whatever often outlives one collection of the young, V8 soon allocates among the old: here each message that waits for
  // its answer, 8 KB of it.
  '--no-allocation-site-pretenuring',
  // What is left is a few megabytes: to collect the old every few seconds for them is worth nothing here.
  '--heap-growing-percent=400',
];
for (const flag of V8_FLAGS) setFlagsFromString(flag);

/** Called wrongly, as the freeway command says it. */
const EXIT_USAGE = 2;

const { RABBITMQ_URL } = process.env;
const command = parseCommandLine(process.argv.slice(2), RABBITMQ_URL);
switch (command.kind) {
  case 'help':
    process.stdout.write(`${HELP}\n`);
    break;
  case 'usage':
    process.stderr.write(`bench: ${command.problem}\n\n${HELP}\n`);
    process.exitCode = EXIT_USAGE;
    break;
  case 'suite': {
    const { options } = command;
    // Loaded only where it runs: the other benches need no charts.
    const { suiteBench } = await import('./authorizations/suite-bench.ts');
    process.exitCode = await runBench(options, suiteBench(options));
    break;
  }
  case 'check': {
    const { options } = command;
    const { checkBench } = await import('./authorizations/check-bench.ts');
    process.exitCode = await runBench(options, checkBench(options));
    break;
  }
  case 'memory': {
    const { options } = command;
    process.exitCode = await runBench(options, {
      measure: (world) => measureMemory(options, world),
      faultsOf: (run) => memoryFaultsOf(options, run),
      format: formatMemory,
      asJson: memoryAsJson,
    });
    break;
  }
  case 'records': {
    const { options } = command;
    process.exitCode = await runBench(options, {
      ...queuesOfItsOwn(options.queues),
      measure: (world) => measureRecords(options, world),
      faultsOf: (run) => recordsFaultsOf(options, run),
      format: formatRecords,
      asJson: recordsAsJson,
    });
    break;
  }
  case 'chaos': {
    const { options } = command;
    const { settings, ...cleaning } = queuesOfItsOwn(options.queues);
    process.exitCode = await runBench(options, {
      settings: { ...CHAOS_SETTINGS, ...settings },
      ...cleaning,
      measure: (world) => measureChaos(options, world),
      faultsOf: (run) => chaosFaultsOf(options, run),
      format: formatChaos,
      asJson: chaosAsJson,
    });
  }
}

/** On the broker under a name that nobody else has, or in the run's own database. */
function queuesOfItsOwn(queues: 'rabbitmq' | 'embedded'): Pick<Bench<never, never>, 'settings' | 'cleanUp'> {
  if (queues === 'embedded' || RABBITMQ_URL === undefined) {
    process.stderr.write(`queues are in PostgreSQL${RABBITMQ_URL === undefined ? ': RABBITMQ_URL is not set' : ''}\n`);
    return {};
  }
  const prefix = `bench-${randomBytes(4).toString('hex')}.`;
  return { settings: { RABBITMQ_URL, QUEUE_PREFIX: prefix }, cleanUp: () => deleteQueues(RABBITMQ_URL, prefix) };
}
