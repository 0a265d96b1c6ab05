import { type ComparedWords, type Drift, DRIFT_KINDS, readDrift } from '@freeway/postgres';
import { type Command, Option } from 'commander';
import { withDatabase } from '../database.ts';
import { action, EXIT } from '../exit-code.ts';
import { oneLine, print, printJson, table } from '../output.ts';
import { showMoney } from '../show-money.ts';

interface DriftOptions {
  readonly kind?: Drift['kind'];
  readonly json?: boolean;
}

const HELP = `
Every record of the platform is compared with our books, without a call to its API:
  holds      our open holds of the account with its ledger balance
  posted     what a final record posts with its impact
  available  the balance that must be zero there
  answer     what we decided with the answer that the platform logged
  amount     what we approved with what its record confirms
One line for each account and kind: the newest words, since when they differ, and the transaction where they first did. A
difference of holds is settling for its first minute, and goes when a newer record agrees. It moves no money.

Examples:
  freeway drift
  freeway drift --kind holds --json | jq '.[] | select(.state == "lasting")'`;

export function registerDrift(program: Command): void {
  program
    .command('drift')
    .description("where the platform's word and our books differ, with the first cause")
    .addOption(new Option('--kind <kind>', 'only these').choices(DRIFT_KINDS))
    .option('--json', 'print the result as JSON')
    .addHelpText('after', HELP)
    .action(
      action(({ kind, json = false }: DriftOptions) =>
        withDatabase(async ({ postgres }) => {
          const drift = (await readDrift(postgres)).filter((each) => kind === undefined || each.kind === kind);
          if (json) printJson(drift.map(toJson));
          else if (drift.length === 0) print('there is none');
          else print(tableOf(drift));
          return EXIT.ok;
        }),
      ),
    );
}

function toJson(each: Drift): object {
  const { account } = each;
  return {
    kind: each.kind,
    state: each.state,
    ...(account && { account: { account_id: account.accountId, [account.ownerKind]: account.ownerToken } }),
    currency: each.currency,
    ...wordsJson(each, each.newest),
    first: wordsJson(each, each.first),
    times: each.times,
    since: each.since,
    seen_at: each.seenAt,
  };
}

function wordsJson(each: Drift, words: ComparedWords): object {
  return {
    transaction_token: words.transactionToken,
    ours: shown(each, words.ours),
    theirs: shown(each, words.theirs),
  };
}

/** Amounts in major units; what is about an answer is words. */
function shown({ kind, currency }: Drift, text: string): string {
  return kind === 'answer' ? text : showMoney(BigInt(text), currency);
}

function tableOf(drift: readonly Drift[]): string {
  return table(
    [
      'kind',
      'state',
      'account',
      'currency',
      'ours',
      'theirs',
      'times',
      'since',
      'first transaction',
      'newest transaction',
    ],
    drift.map((each) => [
      each.kind,
      each.state,
      each.account === undefined ? '-' : `${each.account.ownerKind} ${each.account.ownerToken}`,
      oneLine(each.currency) || '-',
      shown(each, each.newest.ours),
      shown(each, each.newest.theirs),
      String(each.times),
      each.since.toISOString(),
      oneLine(each.first.transactionToken),
      oneLine(each.newest.transactionToken),
    ]),
  );
}
