import type { Command } from 'commander';
import { action, EXIT } from '../exit-code.ts';

export function registerIntake(program: Command): void {
  program
    .command('intake')
    .description('run the intake of webhooks: POST /v1/webhooks/marqeta, /health, /ready, /metrics')
    .addHelpText('after', '\nfreeway settings --process intake lists its settings.')
    .action(
      action(async () => {
        const { runIntakeProcess } = await import('@freeway/intake');
        await runIntakeProcess();
        return EXIT.ok;
      }),
    );
}
