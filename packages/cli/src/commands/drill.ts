import { Argument, type Command, InvalidArgumentError } from 'commander';
import { parseDuration } from '../demo/demo-options.ts';
import { action } from '../exit-code.ts';
import { parseCount } from '../owner-options.ts';
import type { DrillOptions } from '../drill/run-drill.ts';

const HELP = `
A drill starts servers of its own on free ports of 127.0.0.1 and in a temporary folder, kills some of them, and touches
nothing that is configured here. It needs Linux and programs of Debian; when one is missing, it says which package has it.
It takes minutes. The first Ctrl-C calls it off and cleans up.

  postgres   Patroni, etcd, three PostgreSQL, two gateways: the primary is killed
  rabbitmq   three nodes, quorum queues, relay and worker: the leader's node is killed
  redis      master, replica, three sentinels, two gateways: the master is killed
  restore    base backup and archived log: the data folder is destroyed and restored to a moment

Exit codes: 0 every promise was kept, 1 one was broken or the drill failed, 2 called wrongly or a program is missing.

Examples:
  freeway drill postgres
  freeway drill restore --for 30s --rate 100 --json`;

/** Named here too, so that help and usage errors need none of it loaded. */
export const DRILL_NAMES = ['postgres', 'rabbitmq', 'redis', 'restore'];

export function registerDrill(program: Command): void {
  program
    .command('drill')
    .description('kill what Freeway depends on, under load, and report whether every promise was kept')
    .addArgument(new Argument('<name>', 'which one').choices(DRILL_NAMES))
    .option(
      '--for <duration>',
      'how long the load is (30s, 2m); what is killed is killed after a third of it',
      duration,
    )
    .option('--rate <number>', 'requests per second', rate)
    .option('--keep', 'leave data and logs, and say where')
    .option('--json', 'print the report as JSON')
    .addHelpText('after', HELP)
    .action(
      action(async (name: string, options: DrillOptions) => {
        const { runDrillCommand } = await import('../drill/run-drill.ts');
        return runDrillCommand(name, options);
      }),
    );
}

const SHORTEST_MS = 10_000;

function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined || ms < SHORTEST_MS)
    throw new InvalidArgumentError('It is at least 10s: a number with s, m or h, for example 90s.');
  return ms;
}

function rate(text: string): number {
  const count = parseCount(text);
  if (count === 0) throw new InvalidArgumentError('It must be at least 1.');
  return count;
}
