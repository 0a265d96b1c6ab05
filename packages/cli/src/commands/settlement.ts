import { readSettlement, type SettlementChoice, type SettlementLine, sumSettledBooks } from '@freeway/postgres';
import { type Command, InvalidArgumentError } from 'commander';
import { withDatabase } from '../database.ts';
import { action, EXIT } from '../exit-code.ts';
import { oneLine, print, printJson, say, table } from '../output.ts';
import { showMoney } from '../show-money.ts';

interface SettlementOptions {
  readonly date?: string;
  readonly all?: boolean;
  readonly json?: boolean;
  readonly csv?: boolean;
}

const HELP = `
Debits are what cardholders paid, credits what came back to them; net, debits less credits, is the sum of the entries against
settlement, or against disputes, which are told apart. What no record gave a settlement date is on lines of its own, by the
day (UTC) on which it was booked. With --all the sums are compared with the entries themselves: exits 1 if they do not tie.

Examples:
  freeway settlement                      (the newest 7 settlement dates)
  freeway settlement --date 2026-11-27
  freeway settlement --all --csv > settlement.csv`;

const NEWEST_DATES = 7;

export function registerSettlement(program: Command): void {
  program
    .command('settlement')
    .description('gross debits and credits, and net, by settlement date, network and currency')
    .option('--date <date>', 'YYYY-MM-DD', parseDate)
    .option('--all', 'every date')
    .option('--json', 'print the result as JSON')
    .option('--csv', 'print the lines as CSV')
    .addHelpText('after', HELP)
    .action(
      action((options: SettlementOptions, command: Command) => {
        const { date, all = false, json = false, csv = false } = options;
        if (all && date !== undefined) return command.error('error: either --date or --all');
        if (json && csv) return command.error('error: either --json or --csv');
        const choice: SettlementChoice = all ? { all } : date === undefined ? { last: NEWEST_DATES } : { date };
        return withDatabase(async ({ postgres }) => {
          const lines = await readSettlement(postgres, choice);
          if (json) printJson({ lines: lines.map(lineJson), totals: totalsOf(lines).map(lineJson) });
          else if (csv) printCsv(lines);
          else printLines(lines);
          return all && !ties(lines, await sumSettledBooks(postgres)) ? EXIT.refused : EXIT.ok;
        });
      }),
    );
}

function parseDate(text: string): string {
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
  // 30 February is read as a day of March.
  if (!isDate || new Date(text).toISOString().slice(0, 10) !== text)
    throw new InvalidArgumentError('A date, YYYY-MM-DD.');
  return text;
}

type Total = Omit<SettlementLine, 'settlementDate' | 'network'>;

/** By book and currency. */
function totalsOf(lines: readonly SettlementLine[]): Total[] {
  const totals = new Map<string, Total>();
  for (const { book, currency, transactions, debitsMinor, creditsMinor, netMinor } of lines) {
    const sum = totals.get(`${book} ${currency}`);
    totals.set(`${book} ${currency}`, {
      book,
      currency,
      transactions: transactions + (sum?.transactions ?? 0),
      debitsMinor: debitsMinor + (sum?.debitsMinor ?? 0n),
      creditsMinor: creditsMinor + (sum?.creditsMinor ?? 0n),
      netMinor: netMinor + (sum?.netMinor ?? 0n),
    });
  }
  return [...totals.values()];
}

/** money.md *Books*: "settlement by date, network and currency ties to entries". */
function ties(lines: readonly SettlementLine[], books: Awaited<ReturnType<typeof sumSettledBooks>>): boolean {
  const totals = totalsOf(lines);
  const untied = books.filter(
    ({ book, currency, netMinor }) =>
      (totals.find((total) => total.book === book && total.currency === currency)?.netMinor ?? 0n) !== netMinor,
  );
  for (const { book, currency, netMinor } of untied)
    say(`freeway: the entries of ${book} in ${currency} come to ${showMoney(netMinor, currency)}, the lines do not`);
  return untied.length === 0;
}

function lineJson(line: SettlementLine | Total): object {
  const { book, currency, transactions, debitsMinor, creditsMinor, netMinor } = line;
  return {
    book,
    ...('settlementDate' in line ? { settlement_date: line.settlementDate } : {}),
    ...('network' in line ? { network: line.network } : {}),
    currency,
    transactions,
    debits: showMoney(debitsMinor, currency),
    credits: showMoney(creditsMinor, currency),
    net: showMoney(netMinor, currency),
  };
}

function cellsOf({ currency, transactions, debitsMinor, creditsMinor, netMinor }: Total): string[] {
  const amounts = [debitsMinor, creditsMinor, netMinor].map((minor) => showMoney(minor, currency));
  return [currency, String(transactions), ...amounts];
}

function printLines(lines: readonly SettlementLine[]): void {
  if (lines.length === 0) print('nothing was booked');
  for (const book of ['settlement', 'disputes'] as const) {
    const own = lines.filter((line) => line.book === book);
    if (own.length === 0) continue;
    const rows = own.map((line) => [line.settlementDate ?? 'no date', oneLine(line.network ?? '-'), ...cellsOf(line)]);
    const totals = totalsOf(own).map((total) => ['total', '', ...cellsOf(total)]);
    print(`${book}:`);
    print(
      `${table(['date', 'network', 'currency', 'transactions', 'debits', 'credits', 'net'], [...rows, ...totals])}\n`,
    );
  }
}

function printCsv(lines: readonly SettlementLine[]): void {
  print('book,settlement_date,network,currency,transactions,debits,credits,net');
  for (const line of lines)
    print([line.book, line.settlementDate ?? '', csvText(oneLine(line.network ?? '')), ...cellsOf(line)].join(','));
}

/** A network's name is the platform's word: quoted where it could be read as anything but a text. */
function csvText(text: string): string {
  return /^[\w ]*$/.test(text) ? text : `"${text.replaceAll('"', '""')}"`;
}
