import type { Command } from 'commander';
import { action, EXIT } from '../exit-code.ts';

export function registerRelay(program: Command): void {
  program
    .command('relay')
    .description('run the relay: publishes the outbox to the queues, in commit order')
    .addHelpText('after', '\nfreeway settings --process relay lists its settings.')
    .action(
      action(async () => {
        const { runRelayProcess } = await import('@freeway/workers');
        await runRelayProcess();
        return EXIT.ok;
      }),
    );
}
