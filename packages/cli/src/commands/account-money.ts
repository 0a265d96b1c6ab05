import { formatAmount } from '@freeway/core';
import {
  COUNTERPARTS,
  type Counterpart,
  creditAccount,
  debitAccount,
  type MoveOutcome,
  setCreditLine,
} from '@freeway/postgres';
import { type Command, Option } from 'commander';
import { randomUUID } from 'node:crypto';
import { actorOf } from '../actor.ts';
import { withDatabase } from '../database.ts';
import { action, EXIT } from '../exit-code.ts';
import { print, printJson, printRefusal, say } from '../output.ts';
import { ownerOf, type OwnerOptions, withOwnerOptions } from '../owner-options.ts';
import { accountJson, accountName } from '../show-balance.ts';

interface MoveOptions extends OwnerOptions {
  readonly currency: string;
  readonly amount: string;
  readonly reason: string;
  readonly key?: string;
  readonly counterpart: Counterpart;
  readonly force?: boolean;
  readonly json?: boolean;
}

interface LineOptions extends OwnerOptions {
  readonly currency: string;
  readonly amount: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** `credit`, `debit` and `line`. */
export function registerAccountMoney(group: Command): void {
  moveCommand(group, 'credit', 'book money into an account');
  moveCommand(group, 'debit', 'book money out of an account; never more than is available, unless forced').option(
    '--force',
    'also from a frozen or closed account, and below zero',
  );
  withOwnerOptions(group.command('line'))
    .description('set how far below zero an account may go')
    .requiredOption('--currency <code>', 'ISO 4217')
    .requiredOption('--amount <amount>', 'such as 500.00')
    .option('--force', 'lower it although more of it is in use')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExample:\n  freeway account line --user u_1 --currency USD --amount 500')
    .action(action(setLine));
}

function moveCommand(group: Command, name: 'credit' | 'debit', about: string): Command {
  return withOwnerOptions(group.command(name))
    .description(about)
    .requiredOption('--currency <code>', 'ISO 4217')
    .requiredOption('--amount <amount>', 'such as 20.50')
    .requiredOption('--reason <text>', 'kept with the booking')
    .option('--key <key>', 'books once, however often it is sent; without it a key is made and shown')
    .addOption(
      new Option('--counterpart <book>', 'the other side of the booking').choices(COUNTERPARTS).default('adjustments'),
    )
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `\nExample:\n  freeway account ${name} --user u_1 --currency USD --amount 20.50 --reason goodwill --key case-4711`,
    )
    .action(action((options: MoveOptions, command: Command) => move(name, options, command)));
}

function move(name: 'credit' | 'debit', options: MoveOptions, command: Command): Promise<number> {
  const { currency, amount, reason, counterpart, force = false, json = false } = options;
  const key = options.key ?? randomUUID();
  const request = { owner: ownerOf(command, options), currency, amount, reason, counterpart, idempotencyKey: key };
  // Known before it is used: whoever loses the answer can send the same again.
  if (options.key === undefined) say(`key ${key}`);
  return withDatabase(async ({ postgres }) => {
    const actor = actorOf(command);
    const outcome =
      name === 'credit'
        ? await creditAccount(postgres, request, actor)
        : await debitAccount(postgres, { ...request, force }, actor);
    if (outcome.status === 'refused') return printRefusal(outcome, json);
    printMove(outcome, key, json);
    return EXIT.ok;
  });
}

function printMove(outcome: Exclude<MoveOutcome, { status: 'refused' }>, key: string, json: boolean): void {
  const { status, account, ledgerTransactionId, bookedAt } = outcome;
  if (json) {
    const booking = { ledger_transaction_id: ledgerTransactionId, booked_at: bookedAt, key };
    printJson({ status, ...booking, account: accountJson(account) });
    return;
  }
  const what = status === 'booked' ? 'booked' : `booked before, at ${bookedAt.toISOString()}:`;
  const available = formatAmount(account.availableMinor, account.currency);
  print(`${accountName(account)} ${what} ledger transaction ${ledgerTransactionId}, available ${available}`);
}

function setLine(options: LineOptions, command: Command): Promise<number> {
  const { currency, amount: creditLine, force = false, json = false } = options;
  const line = { owner: ownerOf(command, options), currency, creditLine, force };
  return withDatabase(async ({ postgres }) => {
    const outcome = await setCreditLine(postgres, line, actorOf(command));
    if (outcome.status === 'refused') return printRefusal(outcome, json);
    const { status, account } = outcome;
    if (json) printJson({ status, account: accountJson(account) });
    else print(`${accountName(account)} ${status}, available ${formatAmount(account.availableMinor, currency)}`);
    return EXIT.ok;
  });
}
