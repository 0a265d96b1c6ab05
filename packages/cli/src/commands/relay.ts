import type { Command } from 'commander';
import { action } from '../exit-code.ts';
import { runProcess } from '../run-process.ts';

export function registerRelay(program: Command): void {
  program
    .command('relay')
    .description('run the relay: publishes the outbox to the queues, in commit order')
    .action(
      action(async () => {
        const { startRelayProcess } = await import('@freeway/workers');
        return runProcess('relay', 'relay', startRelayProcess);
      }),
    );
}
