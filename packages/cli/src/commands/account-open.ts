import { type AccountRecord, openAccount } from '@freeway/postgres';
import { type Command, Option } from 'commander';
import { actorOf } from '../actor.ts';
import { action } from '../exit-code.ts';
import { ownerOf, type OwnerOptions, withOwnerOptions } from '../owner-options.ts';
import { putCommand } from '../put-command.ts';

interface OpenOptions extends OwnerOptions {
  readonly currency: string;
  readonly openingBalance?: string;
  readonly creditLine?: string;
  readonly state?: 'open' | 'frozen';
  readonly json?: boolean;
}

export function registerAccountOpen(group: Command): void {
  withOwnerOptions(group.command('open'))
    .description('open an account; its opening balance is booked against funding')
    .requiredOption('--currency <code>', 'ISO 4217')
    .option('--opening-balance <amount>', 'such as 100.00; never changes later')
    .option('--credit-line <amount>', 'how far it may go below zero')
    .addOption(new Option('--state <state>', 'of the account').choices(['open', 'frozen']))
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExample:\n  freeway account open --user u_1 --currency USD --opening-balance 100.00')
    .action(
      action((options: OpenOptions, command: Command) => {
        const owner = ownerOf(command, options);
        const { currency, openingBalance, creditLine, state } = options;
        const record: AccountRecord = {
          [owner.kind]: owner.token,
          currency,
          ...(openingBalance === undefined ? {} : { opening_balance: openingBalance }),
          ...(creditLine === undefined ? {} : { credit_line: creditLine }),
          ...(state === undefined ? {} : { state }),
        };
        return putCommand(options.json ?? false, (postgres) => openAccount(postgres, record, actorOf(command)));
      }),
    );
}
