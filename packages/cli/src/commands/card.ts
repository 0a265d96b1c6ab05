import { blockCard, type CardRecord, putCard, unblockCard } from '@freeway/postgres';
import { type Command, Option } from 'commander';
import { actorOf } from '../actor.ts';
import { action } from '../exit-code.ts';
import { ownerOf, type OwnerOptions, parseCategories, withOwnerOptions } from '../owner-options.ts';
import { putCommand } from '../put-command.ts';

const BLOCKS = ['blocked_by_issuer', 'blocked_by_cardholder', 'lost', 'stolen'] as const;

interface PutOptions extends OwnerOptions {
  readonly state?: NonNullable<CardRecord['state']>;
  readonly expires?: string;
  readonly blockedCategories?: readonly string[];
  readonly json?: boolean;
}

export function registerCard(program: Command): void {
  const group = program.command('card').description('make, change and block a card');

  withOwnerOptions(group.command('put').argument('<token>'))
    .description('make a card, or change it; what is not named stays as it is')
    .addOption(
      new Option('--state <state>', "the platform's state").choices([
        'unactivated',
        'active',
        'suspended',
        'terminated',
      ]),
    )
    .option('--expires <month>', 'last month of validity, such as 2029-12')
    .option('--blocked-categories <codes>', 'merchant categories to decline, with commas; "" for none', parseCategories)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExample:\n  freeway card put c_1 --user u_1 --expires 2029-12')
    .action(
      action((token: string, options: PutOptions, command: Command) => {
        const { user, business, state, expires, blockedCategories, json = false } = options;
        const owner = user === undefined && business === undefined ? undefined : ownerOf(command, options);
        const record: CardRecord = {
          token,
          ...(owner === undefined ? {} : { [owner.kind]: owner.token }),
          ...(state === undefined ? {} : { state }),
          ...(expires === undefined ? {} : { expires }),
          ...(blockedCategories === undefined ? {} : { blocked_categories: blockedCategories }),
        };
        return putCommand(json, (postgres) => putCard(postgres, record, actorOf(command)));
      }),
    );

  group
    .command('block')
    .description("decline everything by this card; the platform's state stays as it is")
    .argument('<token>')
    .addOption(new Option('--as <block>', 'why').choices(BLOCKS).default('blocked_by_issuer'))
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExample:\n  freeway card block c_1 --as lost')
    .action(
      action((token: string, options: { as: (typeof BLOCKS)[number]; json?: boolean }, command: Command) =>
        putCommand(options.json ?? false, (postgres) => blockCard(postgres, token, options.as, actorOf(command))),
      ),
    );

  group
    .command('unblock')
    .description('lift our block and nothing else: a card that the platform suspended stays suspended')
    .argument('<token>')
    .option('--json', 'print the result as JSON')
    .action(
      action((token: string, { json = false }: { json?: boolean }, command: Command) =>
        putCommand(json, (postgres) => unblockCard(postgres, token, actorOf(command))),
      ),
    );
}
