import { randomBytes } from 'node:crypto';
import { HELP, parseCommandLine } from './command-line.ts';
import { measureMemory } from './memory/measure-memory.ts';
import { formatReport as formatMemory, reportAsJson as memoryAsJson } from './memory/report.ts';
import { faultsOf as memoryFaultsOf } from './memory/verdict.ts';
import { deleteQueues } from './records/delete-queues.ts';
import { measureRecords } from './records/measure-records.ts';
import { formatReport as formatRecords, reportAsJson as recordsAsJson } from './records/report.ts';
import { faultsOf as recordsFaultsOf } from './records/verdict.ts';
import { runBench } from './run-bench.ts';

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
    const prefix = `bench-${randomBytes(4).toString('hex')}.`;
    const broker = options.queues === 'rabbitmq' ? { RABBITMQ_URL: RABBITMQ_URL ?? '', QUEUE_PREFIX: prefix } : {};
    if (options.queues === 'embedded' && RABBITMQ_URL === undefined)
      process.stderr.write('RABBITMQ_URL is not set: queues are in PostgreSQL\n');
    process.exitCode = await runBench(options, {
      settings: broker,
      measure: (world) => measureRecords(options, world),
      faultsOf: (run) => recordsFaultsOf(options, run),
      format: formatRecords,
      asJson: recordsAsJson,
      ...(broker.RABBITMQ_URL === undefined ? {} : { cleanUp: () => deleteQueues(broker.RABBITMQ_URL, prefix) }),
    });
  }
}
