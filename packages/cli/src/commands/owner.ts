import type { OwnerKind } from '@freeway/core';
import { blockOwner, type OwnerRecord, putOwner, unblockOwner } from '@freeway/postgres';
import { type Command, Option } from 'commander';
import { actorOf } from '../actor.ts';
import { action } from '../exit-code.ts';
import { parseCategories } from '../owner-options.ts';
import { putCommand } from '../put-command.ts';

interface PutOptions {
  readonly state?: NonNullable<OwnerRecord['state']>;
  readonly blockedCategories?: readonly string[];
  readonly json?: boolean;
}

/** `freeway user` and `freeway business`. */
export function registerOwner(program: Command, kind: OwnerKind): void {
  const group = program.command(kind).description(`make, change and block a ${kind}`);

  group
    .command('put')
    .description(`make a ${kind}, or change it; what is not named stays as it is`)
    .argument('<token>')
    .addOption(
      new Option('--state <state>', "the platform's state").choices([
        'unverified',
        'limited',
        'active',
        'suspended',
        'closed',
      ]),
    )
    .option('--blocked-categories <codes>', 'merchant categories to decline, with commas; "" for none', parseCategories)
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `\nExample:\n  freeway ${kind} put ${kind[0]}_1 --state active --blocked-categories 7995,6011`,
    )
    .action(
      action((token: string, options: PutOptions, command: Command) => {
        const record = {
          token,
          ...(options.state === undefined ? {} : { state: options.state }),
          ...(options.blockedCategories === undefined ? {} : { blocked_categories: options.blockedCategories }),
        };
        return putCommand(options.json ?? false, (postgres) => putOwner(postgres, kind, record, actorOf(command)));
      }),
    );

  for (const [name, verb, about] of [
    ['block', blockOwner, "decline everything; the platform's state stays as it is"],
    ['unblock', unblockOwner, 'lift our block and nothing else'],
  ] as const) {
    group
      .command(name)
      .description(about)
      .argument('<token>')
      .option('--json', 'print the result as JSON')
      .action(
        action((token: string, { json = false }: { json?: boolean }, command: Command) =>
          putCommand(json, (postgres) => verb(postgres, { kind, token }, actorOf(command))),
        ),
      );
  }
}
