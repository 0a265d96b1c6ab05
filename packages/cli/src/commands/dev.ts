import type { Command } from 'commander';
import { action } from '../exit-code.ts';

export function registerDev(program: Command): void {
  program
    .command('dev')
    .description('run gateway, intake, relay and workers in one process, with defaults for your own machine')
    .addHelpText('after', '\nWhat is unset gets a default: user marqeta, a known password, original credits on.')
    .action(
      action(async () => {
        const { runDev } = await import('../dev/run-dev.ts');
        return runDev(process.env);
      }),
    );
}
