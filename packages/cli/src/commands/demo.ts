import { type Command, InvalidArgumentError } from 'commander';
import { parseDuration } from '../demo/demo-options.ts';
import { action } from '../exit-code.ts';
import { parseCount } from '../owner-options.ts';

interface Options {
  readonly for?: number;
  readonly rate: number;
  readonly users: number;
  readonly seed: number;
  readonly json?: boolean;
}

export function registerDemo(program: Command): void {
  program
    .command('demo')
    .description('start everything, seed a demo programme and play Marqeta against the gateway, checking every answer')
    .option('--for <duration>', 'stop by itself, check the ledger and print a summary (15s, 2m)', duration)
    .option('--rate <number>', 'requests per second', parseCount, 50)
    .option('--users <count>', 'users of the demo programme', parseCount, 10_000)
    .option('--seed <number>', 'which programme; another number makes another one beside it', parseCount, 1)
    .option('--json', 'print the summary as one JSON object, the last line of stdout')
    .addHelpText('after', '\nExamples:\n  freeway demo\n  freeway demo --for 15s --rate 200 --json')
    .action(
      action(async ({ for: forMs, rate, users, seed, json = false }: Options, command: Command) => {
        if (users === 0 || rate === 0) return command.error('error: --users and --rate must be at least 1');
        const limit = forMs === undefined ? {} : { forMs };
        const { runDemo } = await import('../demo/run-demo.ts');
        return runDemo({ ...limit, ratePerSecond: rate, users, seed, json }, process.env);
      }),
    );
}

function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError('It is a number with ms, s, m or h, for example 15s.');
  return ms;
}
