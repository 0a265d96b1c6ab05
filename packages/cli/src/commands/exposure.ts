import { type Amounts, type Exposure, readExposure } from '@freeway/postgres';
import type { Command } from 'commander';
import { withDatabase } from '../database.ts';
import { action, EXIT } from '../exit-code.ts';
import { print, printJson, table } from '../output.ts';
import { parseCount } from '../owner-options.ts';
import { showMoney } from '../show-money.ts';

interface ExposureOptions {
  readonly days: number;
  readonly json?: boolean;
}

const HELP = `
What stands on somebody else's word, or on nobody's: approved in our place, cleared beyond what we had approved, approved and
not confirmed yet, below zero, in suspense. docs/operations.md says what to do about each.

Examples:
  freeway exposure
  freeway exposure --days 1 --json | jq '.[] | {currency, negative_accounts}'`;

export function registerExposure(program: Command): void {
  program
    .command('exposure')
    .description(
      'by currency: stood-in and forced amounts, unconfirmed approvals by age, accounts below zero, suspense',
    )
    .option('--days <count>', 'of what was posted, how many days count', parseCount, 30)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', HELP)
    .action(
      action(({ days, json = false }: ExposureOptions) =>
        withDatabase(async ({ postgres }) => {
          const exposures = await readExposure(postgres, { days });
          if (json) printJson(exposures.map(toJson));
          else if (exposures.length === 0) print('there is none');
          else for (const exposure of exposures) printExposure(exposure, days);
          return EXIT.ok;
        }),
      ),
    );
}

function toJson(exposure: Exposure): object {
  const { currency, stoodIn, forced, unconfirmed, negativeAccounts, suspense, exceptions } = exposure;
  const money = (minor: bigint): string => showMoney(minor, currency);
  const amounts = ({ count, amountMinor }: Amounts): object => ({ count, amount: money(amountMinor) });
  const { worst } = negativeAccounts;
  return {
    currency,
    stood_in: { open: amounts(stoodIn.open), posted: amounts(stoodIn.posted) },
    forced: {
      cleared_beyond_hold: amounts(forced.clearedBeyondHold),
      cleared_without_hold: amounts(forced.clearedWithoutHold),
      force_posts: amounts(forced.forcePosts),
    },
    unconfirmed: unconfirmed.map((each) => ({ age: ageOf(each.age), ...amounts(each) })),
    negative_accounts: {
      ...amounts(negativeAccounts),
      ...(worst && { worst: { [worst.ownerKind]: worst.ownerToken, available: money(worst.availableMinor) } }),
    },
    suspense: {
      posted: money(suspense.postedMinor),
      held: money(suspense.heldMinor),
      pending_credit: money(suspense.pendingCreditMinor),
    },
    exceptions: amounts(exceptions),
  };
}

/** Their number is for sorting. */
function ageOf(age: string): string {
  return age.replace(/^\d: /, '');
}

function printExposure(exposure: Exposure, days: number): void {
  const { currency, stoodIn, forced, unconfirmed, negativeAccounts, suspense, exceptions } = exposure;
  const money = (minor: bigint): string => showMoney(minor, currency);
  const row = (name: string, { count, amountMinor }: Amounts): string[] => [name, String(count), money(amountMinor)];
  const lately = `, ${days} day${days === 1 ? '' : 's'}`;
  const rows = [
    row('stood in, open', stoodIn.open),
    row(`stood in, posted${lately}`, stoodIn.posted),
    row(`cleared beyond the hold${lately}`, forced.clearedBeyondHold),
    row(`cleared without a hold${lately}`, forced.clearedWithoutHold),
    row(`force posts${lately}`, forced.forcePosts),
    ...unconfirmed.map((each) => row(`unconfirmed, ${ageOf(each.age)}`, each)),
    row('accounts below zero', negativeAccounts),
    row('open exceptions', exceptions),
    ['suspense, posted', '', money(suspense.postedMinor)],
    ['suspense, held', '', money(suspense.heldMinor)],
    ['suspense, expected', '', money(suspense.pendingCreditMinor)],
  ];
  print(table([currency, 'count', 'amount'], rows));
  const { worst } = negativeAccounts;
  if (worst !== undefined)
    print(`the worst: ${worst.ownerKind} ${worst.ownerToken}, ${money(worst.availableMinor)} available`);
  print('');
}
