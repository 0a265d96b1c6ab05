import type { Command } from 'commander';
import { action, EXIT } from '../exit-code.ts';

export function registerGateway(program: Command): void {
  program
    .command('gateway')
    .description('run the gateway: POST /v1/jit, /health, /ready, /metrics, /profile')
    .addHelpText('after', '\nfreeway settings --process gateway lists its settings.')
    .action(
      action(async () => {
        // Loaded only where it runs: a look at an account need not wait for a web server.
        const { runGatewayProcess } = await import('@freeway/gateway');
        await runGatewayProcess();
        return EXIT.ok;
      }),
    );
}
