import type { Command } from 'commander';
import { registerExceptionsList } from './exceptions/list.ts';
import { registerExceptionsResolve } from './exceptions/resolve.ts';
import { registerExceptionsShow } from './exceptions/show.ts';

const HELP = `
What the platform reported and a person must look at. docs/operations.md says what each reason means and what to do.

Examples:
  freeway exceptions list
  freeway exceptions show 17
  freeway exceptions resolve 17 --note 'merchant confirmed the tip'
  freeway exceptions resolve 18 --note 'opened for u_1' --move-to user:u_1`;

export function registerExceptions(program: Command): void {
  const group = program
    .command('exceptions')
    .description('records that need a look: list them, show one with its whole chain, settle them')
    .addHelpText('after', HELP);
  registerExceptionsList(group);
  registerExceptionsShow(group);
  registerExceptionsResolve(group);
}
