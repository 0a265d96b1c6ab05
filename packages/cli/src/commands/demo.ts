import { type Command, InvalidArgumentError } from 'commander';
import { parseDuration } from '../demo/demo-options.ts';
import { action } from '../exit-code.ts';
import { parseCount } from '../owner-options.ts';

interface Options {
  readonly for?: number;
  readonly rate: number;
  readonly users: number;
  readonly seed: number;
  readonly gateway?: string;
  readonly intake?: string;
  readonly json?: boolean;
}

const HELP = `
Processes that run already must have the same settings as the demo. They may be killed and started again meanwhile: what
is never answered is decided by the platform, and in the end the ledger must still be what the simulator says.

Examples:
  freeway demo
  freeway demo --for 15s --rate 200 --json
  freeway demo --for 2m --gateway http://127.0.0.1:8080/v1/jit --intake http://127.0.0.1:8081/v1/webhooks/marqeta`;

export function registerDemo(program: Command): void {
  program
    .command('demo')
    .description('start everything, seed a demo programme and play Marqeta against the gateway, checking every answer')
    .option('--for <duration>', 'stop by itself, check the ledger and print a summary (15s, 2m)', duration)
    .option('--rate <number>', 'requests per second', parseCount, 50)
    .option('--users <count>', 'users of the demo programme', parseCount, 10_000)
    .option('--seed <number>', 'which programme; another number makes another one beside it', parseCount, 1)
    .option('--gateway <url>', 'with /v1/jit: play against processes that run already, and start none; with --intake')
    .option('--intake <url>', 'with /v1/webhooks/marqeta, of the same processes')
    .option('--json', 'print the summary as one JSON object, the last line of stdout')
    .addHelpText('after', HELP)
    .action(
      action(async ({ for: forMs, rate, users, seed, gateway, intake, json = false }: Options, command: Command) => {
        if (users === 0 || rate === 0) return command.error('error: --users and --rate must be at least 1');
        if ((gateway === undefined) !== (intake === undefined))
          return command.error('error: --gateway and --intake belong together');
        const limit = forMs === undefined ? {} : { forMs };
        const running =
          gateway === undefined || intake === undefined ? {} : { running: { gatewayUrl: gateway, intakeUrl: intake } };
        const { runDemo } = await import('../demo/run-demo.ts');
        return runDemo({ ...limit, ...running, ratePerSecond: rate, users, seed, json }, process.env);
      }),
    );
}

function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError('It is a number with ms, s, m or h, for example 15s.');
  return ms;
}
