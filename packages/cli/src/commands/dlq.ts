import type { Command } from 'commander';
import { registerDlqActions } from './dlq/actions.ts';
import { registerDlqList } from './dlq/list.ts';
import { registerDlqShow } from './dlq/show.ts';

const HELP = `
A message that can never be handled, or that failed four times, ends in the dead-letter queue of its queue.

Examples:
  freeway dlq list
  freeway dlq show 1042-7
  freeway dlq redrive --queue jit-funding-dlq --error MongoServerSelectionError          (says what would be done)
  freeway dlq redrive --queue jit-funding-dlq --error MongoServerSelectionError --yes    (does it)`;

export function registerDlq(program: Command): void {
  const group = program
    .command('dlq')
    .description('dead letters: look at them, put them back on their queue, discard them')
    .addHelpText('after', HELP);
  registerDlqList(group);
  registerDlqShow(group);
  registerDlqActions(group);
}
