import { type LimitRecord, putLimit } from '@freeway/postgres';
import { type Command, Option } from 'commander';
import { actorOf } from '../actor.ts';
import { action } from '../exit-code.ts';
import { parseCount } from '../owner-options.ts';
import { putCommand } from '../put-command.ts';

interface PutOptions {
  readonly card?: string;
  readonly user?: string;
  readonly business?: string;
  readonly accountOfUser?: string;
  readonly accountOfBusiness?: string;
  readonly currency: string;
  readonly window: LimitRecord['window'];
  readonly maxAmount?: string;
  readonly maxCount?: number;
  readonly json?: boolean;
}

const HELP = `
Subject, currency and window of a limit never change: another value is refused.
Put it with neither --max-amount nor --max-count to lift it.

Examples:
  freeway limit put l_1 --card c_1 --currency USD --window day --max-amount 500.00 --max-count 20
  freeway limit put l_2 --account-of-user u_1 --currency USD --window month --max-amount 3000
  freeway limit put l_1 --card c_1 --currency USD --window day        (lifts it)`;

export function registerLimit(program: Command): void {
  program
    .command('limit')
    .description('limit what a card, user, business or account may spend')
    .command('put')
    .description('make, change or lift a limit')
    .argument('<token>')
    .option('--card <token>', 'what it limits: a card')
    .option('--user <token>', 'what it limits: a user')
    .option('--business <token>', 'what it limits: a business')
    .option('--account-of-user <token>', "what it limits: a user's account in that currency")
    .option('--account-of-business <token>', "what it limits: a business's account in that currency")
    .requiredOption('--currency <code>', 'ISO 4217')
    .addOption(
      new Option('--window <window>', 'within one transaction, UTC day or UTC month')
        .choices(['transaction', 'day', 'month'])
        .makeOptionMandatory(),
    )
    .option('--max-amount <amount>', 'such as 500.00')
    .option('--max-count <count>', 'how many transactions', parseCount)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', HELP)
    .action(
      action((token: string, options: PutOptions, command: Command) =>
        putCommand(options.json ?? false, (postgres) => putLimit(postgres, recordOf(token, options), actorOf(command))),
      ),
    );
}

function recordOf(token: string, options: PutOptions): LimitRecord {
  const { card, user, business, accountOfUser, accountOfBusiness, currency, window, maxAmount, maxCount } = options;
  const account = {
    ...(accountOfUser === undefined ? {} : { user: accountOfUser }),
    ...(accountOfBusiness === undefined ? {} : { business: accountOfBusiness }),
  };
  return {
    token,
    ...(card === undefined ? {} : { card }),
    ...(user === undefined ? {} : { user }),
    ...(business === undefined ? {} : { business }),
    ...(Object.keys(account).length === 0 ? {} : { account: { ...account, currency } }),
    currency,
    window,
    ...(maxAmount === undefined ? {} : { max_amount: maxAmount }),
    ...(maxCount === undefined ? {} : { max_count: maxCount }),
  };
}
