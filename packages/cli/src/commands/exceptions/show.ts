import { showException, type ShownException } from '@freeway/postgres';
import type { Command } from 'commander';
import { withDatabase } from '../../database.ts';
import { action, EXIT } from '../../exit-code.ts';
import { oneLine, print, printJson, printRefusal, table } from '../../output.ts';
import { showMoney } from '../../show-money.ts';
import { accountOf, exceptionJson, moneyOf } from './exception-output.ts';

export function registerExceptionsShow(group: Command): void {
  group
    .command('show')
    .argument('<id>', 'of the exception, as the list shows it')
    .description('one exception with its chain: records, our decisions, what is held, promised and posted')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExample:\n  freeway exceptions show 17')
    .action(
      action((id: string, { json = false }: { json?: boolean }) =>
        withDatabase(async ({ postgres }) => {
          const shown = await showException(postgres, id);
          if (shown.status === 'refused') return printRefusal(shown, json);
          if (json) printJson(shownJson(shown));
          else printException(shown);
          return EXIT.ok;
        }),
      ),
    );
}

function shownJson({ exception, records, decisions, holds, expectedCredits, postings }: ShownException): object {
  const amount = (minor: bigint): string => showMoney(minor, exception.currency);
  return {
    ...exceptionJson(exception),
    records: records.map((record) => ({
      transaction_token: record.transactionToken,
      type: record.type,
      state: record.state,
      effect: record.effect,
      outcome: record.outcome,
      stand_in: record.isStandIn,
      amount: amount(record.amountMinor),
      created_at: record.createdAt,
      received_at: record.receivedAt,
    })),
    decisions: decisions.map((decision) => ({
      transaction_token: decision.transactionToken,
      decision_id: decision.decisionId,
      approved: decision.isApproved,
      reason: decision.reason,
      effect: decision.effect,
      amount: amount(decision.amountMinor),
      confirmed: decision.isConfirmed,
      decided_at: decision.decidedAt,
    })),
    holds: holds.map((hold) => ({ chain_token: hold.chainToken, amount: amount(hold.amountMinor) })),
    expected_credits: expectedCredits.map((credit) => ({
      transaction_token: credit.transactionToken,
      amount: amount(credit.amountMinor),
    })),
    postings: postings.map((posting) => ({
      transaction_token: posting.transactionToken,
      account_id: posting.accountId,
      kind: posting.kind,
      counterpart: posting.counterpart,
      amount: amount(posting.amountMinor),
      booked_at: posting.bookedAt,
    })),
  };
}

function printException(shown: ShownException): void {
  const { exception } = shown;
  const members: readonly (readonly [string, string | undefined])[] = [
    ['id', exception.exceptionId],
    ['reason', exception.reason],
    ['state', exception.state],
    ['amount', moneyOf(exception)],
    ['account', accountOf(exception)],
    ['transaction', oneLine(exception.transactionToken)],
    ['chain', oneLine(exception.chainToken)],
    ['raised', exception.raisedAt.toISOString()],
    ['settled', exception.settledAt?.toISOString()],
    ['settled by', exception.settledBy],
    ['note', exception.note],
  ];
  for (const [name, value] of members) if (value !== undefined) print(`${name.padEnd(12)} ${value}`);
  printChain(shown);
}

function printChain({ exception, records, decisions, holds, expectedCredits, postings }: ShownException): void {
  const amount = (minor: bigint): string => showMoney(minor, exception.currency);
  section(
    'records of the platform, in its order',
    ['type', 'state', 'effect', 'outcome', 'amount', 'created', 'received', 'transaction'],
    records.map((record) => [
      oneLine(record.type),
      oneLine(record.state),
      record.isStandIn ? `${record.effect} (stand-in)` : record.effect,
      record.outcome,
      amount(record.amountMinor),
      record.createdAt.toISOString(),
      record.receivedAt.toISOString(),
      oneLine(record.transactionToken),
    ]),
  );
  section(
    'our decisions',
    ['decision', 'answer', 'effect', 'amount', 'confirmed', 'decided', 'transaction'],
    decisions.map((decision) => [
      decision.decisionId,
      decision.isApproved ? 'approved' : `declined: ${decision.reason}`,
      decision.effect,
      amount(decision.amountMinor),
      decision.isConfirmed ? 'yes' : 'no',
      decision.decidedAt.toISOString(),
      oneLine(decision.transactionToken),
    ]),
  );
  section(
    'set aside',
    ['what', 'amount', 'token'],
    [
      ...holds.map((hold) => ['held', amount(hold.amountMinor), oneLine(hold.chainToken)]),
      ...expectedCredits.map((credit) => ['expected', amount(credit.amountMinor), oneLine(credit.transactionToken)]),
    ],
  );
  section(
    'posted',
    ['kind', 'amount', 'counterpart', 'account', 'booked', 'transaction'],
    postings.map((posting) => [
      posting.kind,
      amount(posting.amountMinor),
      posting.counterpart,
      posting.accountId,
      posting.bookedAt.toISOString(),
      oneLine(posting.transactionToken),
    ]),
  );
}

function section(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  if (rows.length > 0) print(`\n${title}:\n${table(head, rows)}`);
}
