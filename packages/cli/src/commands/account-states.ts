import { closeAccount, freezeAccount, unfreezeAccount } from '@freeway/postgres';
import type { Command } from 'commander';
import { actorOf } from '../actor.ts';
import { withDatabase } from '../database.ts';
import { action, EXIT } from '../exit-code.ts';
import { invalidateFacts } from '../invalidate-facts.ts';
import { print, printJson, printRefusal } from '../output.ts';
import { ownerOf, type OwnerOptions, withOwnerOptions } from '../owner-options.ts';
import { accountJson, accountName } from '../show-balance.ts';

interface StateOptions extends OwnerOptions {
  readonly currency: string;
  readonly json?: boolean;
}

const VERBS = [
  ['freeze', freezeAccount, 'no new debits; credits and what follows earlier approvals still book'],
  ['unfreeze', unfreezeAccount, 'open a frozen account again'],
  ['close', closeAccount, 'closing while anything is held, expected or left in it; run it again to finish'],
] as const;

/** `freeze`, `unfreeze` and `close`. */
export function registerAccountStates(group: Command): void {
  for (const [name, verb, about] of VERBS) {
    withOwnerOptions(group.command(name))
      .description(about)
      .requiredOption('--currency <code>', 'ISO 4217')
      .option('--json', 'print the result as JSON')
      .action(action((options: StateOptions, command: Command) => change(verb, options, command)));
  }
}

function change(verb: (typeof VERBS)[number][1], options: StateOptions, command: Command): Promise<number> {
  const { currency, json = false } = options;
  const owner = ownerOf(command, options);
  return withDatabase(async ({ postgres, settings }) => {
    const outcome = await verb(postgres, { owner, currency }, actorOf(command));
    if (outcome.status === 'refused') return printRefusal(outcome, json);
    await invalidateFacts(settings.REDIS_URL, outcome.changed);
    const { status, account } = outcome;
    if (json) printJson({ status, account: accountJson(account) });
    else print(`${accountName(account)} ${status}: ${account.state}`);
    return EXIT.ok;
  });
}
