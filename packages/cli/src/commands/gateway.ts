import type { Command } from 'commander';
import { action } from '../exit-code.ts';
import { runProcess } from '../run-process.ts';

export function registerGateway(program: Command): void {
  program
    .command('gateway')
    .description('run the gateway: POST /v1/jit, /health, /ready, /metrics, /profile')
    .addHelpText('after', '\nSettings are environment variables: freeway settings lists them.')
    .action(
      action(async () => {
        // Loaded only where it runs: a look at an account need not wait for a web server.
        const { startGateway } = await import('@freeway/gateway');
        return runProcess('gateway', 'gateway', startGateway);
      }),
    );
}
