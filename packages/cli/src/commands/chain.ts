import { retireBlocks } from '@freeway/postgres';
import type { Command } from 'commander';
import { actorOf } from '../actor.ts';
import { withDatabase } from '../database.ts';
import { action, EXIT } from '../exit-code.ts';
import { print, say } from '../output.ts';
import { parseCount } from '../owner-options.ts';

const HELP = `
freeway verify --chain compares the sealed record with the rows. docs/security.md says what it proves.

Example:
  freeway chain retire --through 120    # before the rows of blocks 1 to 120 are dropped`;

export function registerChain(program: Command): void {
  const group = program
    .command('chain')
    .description('the sealed record of decisions, bookings and audit')
    .addHelpText('after', HELP);
  group
    .command('retire')
    .description('say that the rows of old blocks may be dropped; is audited, and cannot be taken back')
    .requiredOption('--through <block>', 'of this block and of all before it', parseCount)
    .action(
      action(({ through }: { readonly through: number }, command: Command) =>
        withDatabase(async ({ postgres }) => {
          const retired = await retireBlocks(postgres, through, actorOf(command));
          if (retired.status === 'retired') print(`the rows of blocks 1 to ${retired.through} may be dropped`);
          else say(`freeway: ${retired.message}`);
          return retired.status === 'retired' ? EXIT.ok : EXIT.refused;
        }),
      ),
    );
}
