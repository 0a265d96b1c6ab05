import { listExceptions } from '@freeway/postgres';
import { type Command, Option } from 'commander';
import { withDatabase } from '../../database.ts';
import { action, EXIT } from '../../exit-code.ts';
import { print, printJson, table } from '../../output.ts';
import { parseCount } from '../../owner-options.ts';
import { exceptionJson, exceptionTable } from './exception-output.ts';
import { filterOf, type FilterOptions, withFilterOptions } from './filter-options.ts';

interface ListOptions extends FilterOptions {
  readonly limit: number;
  readonly json?: boolean;
}

const HELP = `
States: open; explained, by what the platform reported later; resolved, by an operator.

Examples:
  freeway exceptions list
  freeway exceptions list --reason no_account --since 1d
  freeway exceptions list --state all --user u_1 --json | jq '.exceptions[].note'`;

export function registerExceptionsList(group: Command): void {
  withFilterOptions(group.command('list'))
    .description('how many there are by reason, and the oldest of them')
    .addOption(
      new Option('--state <state>', 'which ones').choices(['open', 'explained', 'resolved', 'all']).default('open'),
    )
    .option('--limit <count>', 'how many are shown', parseCount, 50)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', HELP)
    .action(
      action((options: ListOptions, command: Command) => {
        const filter = filterOf(command, options);
        return withDatabase(async ({ postgres }) => {
          const { counts, exceptions } = await listExceptions(postgres, filter, options.limit);
          const total = counts.reduce((sum, { count }) => sum + count, 0);
          if (options.json) printJson({ total, counts, exceptions: exceptions.map(exceptionJson) });
          else if (total === 0) print('there are none');
          else {
            print(
              table(
                ['reason', 'count'],
                counts.map(({ reason, count }) => [reason, String(count)]),
              ),
            );
            if (exceptions.length > 0) print(`\n${exceptionTable(exceptions)}`);
            if (exceptions.length < total) print(`the oldest ${exceptions.length} of ${total}: --limit shows more`);
          }
          return EXIT.ok;
        });
      }),
    );
}
