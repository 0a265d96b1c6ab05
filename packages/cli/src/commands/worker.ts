import { Argument, type Command } from 'commander';
import { action } from '../exit-code.ts';
import { runProcess } from '../run-process.ts';

/** By the queue they consume; each is a process of its own. */
const WORKERS = {
  'jit-funding-queue': {
    name: 'jit-funding-worker',
    start: async () => (await import('@freeway/workers')).startJitFundingProcess,
  },
} as const;

type Queue = keyof typeof WORKERS;

export function registerWorker(program: Command): void {
  program
    .command('worker')
    .description('run the worker of one queue')
    .addArgument(new Argument('<queue>', 'what it consumes').choices(Object.keys(WORKERS)))
    .action(action(async (queue: Queue) => runProcess('worker', WORKERS[queue].name, await WORKERS[queue].start())));
}
