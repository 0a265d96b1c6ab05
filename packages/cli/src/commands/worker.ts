import { Argument, type Command } from 'commander';
import { action, EXIT } from '../exit-code.ts';

/** By the queue they consume; each is a process of its own. */
const WORKERS = {
  'jit-funding-queue': async () => (await import('@freeway/workers')).runJitFundingProcess,
  'transaction-processing-queue': async () => (await import('@freeway/workers')).runTransactionProcess,
  'webhook-queue': async () => (await import('@freeway/workers')).runWebhookProcess,
} as const;

export function registerWorker(program: Command): void {
  program
    .command('worker')
    .description('run the worker of one queue')
    .addArgument(new Argument('<queue>', 'what it consumes').choices(Object.keys(WORKERS)))
    .addHelpText('after', '\nfreeway settings --process worker lists its settings.')
    .action(
      action(async (queue: keyof typeof WORKERS) => {
        const run = await WORKERS[queue]();
        await run();
        return EXIT.ok;
      }),
    );
}
