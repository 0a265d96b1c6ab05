import { formatAmount } from '@freeway/core';
import { showAccount, type ShownAccount } from '@freeway/postgres';
import type { Command } from 'commander';
import { withDatabase } from '../database.ts';
import { action, EXIT } from '../exit-code.ts';
import { print, printJson, printRefusal, table } from '../output.ts';
import { ownerOf, type OwnerOptions, withOwnerOptions } from '../owner-options.ts';
import { accountJson, accountName } from '../show-balance.ts';

interface ShowOptions extends OwnerOptions {
  readonly currency: string;
  readonly json?: boolean;
}

export function registerAccountShow(group: Command): void {
  withOwnerOptions(group.command('show'))
    .description('balances, open holds and the newest bookings')
    .requiredOption('--currency <code>', 'ISO 4217')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExample:\n  freeway account show --user u_1 --currency USD')
    .action(
      action((options: ShowOptions, command: Command) => {
        const { currency, json = false } = options;
        const owner = ownerOf(command, options);
        return withDatabase(async ({ postgres }) => {
          const shown = await showAccount(postgres, { owner, currency });
          if (shown.status === 'refused') return printRefusal(shown, json);
          if (json) printJson(shownJson(shown));
          else printAccount(shown);
          return EXIT.ok;
        });
      }),
    );
}

function shownJson({ account, holds, holdCount, bookings }: ShownAccount): object {
  const money = (minor: bigint): string => formatAmount(minor, account.currency);
  return {
    ...accountJson(account),
    hold_count: holdCount,
    holds: holds.map((hold) => ({
      chain_token: hold.chainToken,
      amount: money(hold.amountMinor),
      message_class: hold.messageClass,
      confirmed: hold.confirmed,
      opened_at: hold.openedAt,
      expires_at: hold.expiresAt,
    })),
    bookings: bookings.map((booking) => ({
      ledger_transaction_id: booking.ledgerTransactionId,
      kind: booking.kind,
      reason: booking.reason,
      amount: money(booking.amountMinor),
      booked_at: booking.bookedAt,
    })),
  };
}

function printAccount({ account, holds, holdCount, bookings }: ShownAccount): void {
  const money = (minor: bigint): string => formatAmount(minor, account.currency);
  print(`${accountName(account)}: ${account.state} (account ${account.accountId})`);
  const balances = [
    ['posted', money(account.postedMinor)],
    ['held', money(account.heldMinor)],
    ['credit line', money(account.creditLineMinor)],
    ['available', money(account.availableMinor)],
    ['expected credits', money(account.pendingCreditMinor)],
  ];
  print(table(['', account.currency], balances));
  if (holds.length > 0) {
    print(
      `\n${holdCount} open hold${holdCount === 1 ? '' : 's'}${holdCount > holds.length ? `, the newest ${holds.length}` : ''}:`,
    );
    print(
      table(
        ['transaction', 'amount', 'opened', 'expires', 'confirmed'],
        holds.map((hold) => [
          hold.chainToken,
          money(hold.amountMinor),
          hold.openedAt.toISOString(),
          hold.expiresAt?.toISOString() ?? '-',
          hold.confirmed ? 'yes' : 'no',
        ]),
      ),
    );
  }
  if (bookings.length > 0) {
    print('\nnewest bookings:');
    print(
      table(
        ['kind', 'amount', 'booked', 'reason'],
        bookings.map((booking) => [
          booking.kind,
          money(booking.amountMinor),
          booking.bookedAt.toISOString(),
          booking.reason ?? '-',
        ]),
      ),
    );
  }
}
