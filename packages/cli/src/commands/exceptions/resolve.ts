import type { OwnerRef } from '@freeway/core';
import {
  createRecordLedger,
  findExceptionIds,
  type PostgresRecordLedger,
  type Refused,
  resolveException,
  type Resolved,
} from '@freeway/postgres';
import { type Command, InvalidArgumentError } from 'commander';
import { actorOf } from '../../actor.ts';
import { type CommandDatabase, withDatabase } from '../../database.ts';
import { action, EXIT } from '../../exit-code.ts';
import { print, printJson, say } from '../../output.ts';
import { exceptionJson, moneyOf } from './exception-output.ts';
import { filterOf, type FilterOptions, withFilterOptions } from './filter-options.ts';

interface ResolveOptions extends FilterOptions {
  readonly note: string;
  readonly moveTo?: OwnerRef;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

const HELP = `
By id it is done at once, unless --dry-run. By filter only with --yes: without it, it says what would be done.
--move-to is for no_account: everything that the chain has booked leaves suspense for that owner's account in the chain's
currency, and what comes later of the chain goes there, too. Each one is an audit record with the note.

Examples:
  freeway exceptions resolve 17 --note 'merchant confirmed the tip'
  freeway exceptions resolve 18 --note 'opened for u_1' --move-to user:u_1
  freeway exceptions resolve --reason amount_rounded --since 7d --note 'seen'          (says what would be done)
  freeway exceptions resolve --reason amount_rounded --since 7d --note 'seen' --yes    (does it)`;

export function registerExceptionsResolve(group: Command): void {
  withFilterOptions(group.command('resolve').argument('[ids...]', 'of the exceptions, as the list shows them'))
    .description('settle exceptions with a note, one by one or all that match')
    .requiredOption('--note <text>', 'why; kept with each, and in the audit')
    .option(
      '--move-to <owner>',
      "user:<token> or business:<token>: to whose account the chain's money goes",
      parseOwner,
    )
    .option('--dry-run', 'say what would be done, and do nothing')
    .option('--yes', 'do it to all that match')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', HELP)
    .action(
      action((ids: readonly string[], options: ResolveOptions, command: Command) => {
        const filter = filterOf(command, options);
        const isFiltered = Object.keys(filter).length > 0;
        if (isFiltered === ids.length > 0) return command.error('error: either ids, or at least one filter');
        const dryRun = options.dryRun ?? (isFiltered && !options.yes);
        return withDatabase(async (database) => {
          const wanted = isFiltered ? await findExceptionIds(database.postgres, filter) : ids;
          return resolveAll(wanted, { database, options, dryRun, actor: actorOf(command) });
        });
      }),
    );
}

function parseOwner(text: string): OwnerRef {
  const [, kind, token] = /^(user|business):(.+)$/s.exec(text) ?? [];
  if (token === undefined) throw new InvalidArgumentError('user:<token> or business:<token>.');
  return { kind: kind === 'user' ? 'user' : 'business', token };
}

interface Resolving {
  readonly database: CommandDatabase;
  readonly options: ResolveOptions;
  readonly dryRun: boolean;
  readonly actor: string;
}

async function resolveAll(ids: readonly string[], { database, options, dryRun, actor }: Resolving): Promise<number> {
  const { note, moveTo, json = false } = options;
  const ledger = await openLedger(database);
  const resolution = { note, dryRun, ...(moveTo === undefined ? {} : { moveTo }) };
  const outcomes: { readonly id: string; readonly outcome: Resolved | Refused }[] = [];
  for (const id of new Set(ids)) {
    const outcome = await resolveException(database.postgres, ledger, id, resolution, actor);
    outcomes.push({ id, outcome });
    if (json) continue;
    if (outcome.status === 'refused') say(`freeway: ${outcome.message}`);
    else print(lineOf(outcome));
  }
  const refusals = outcomes.filter(({ outcome }) => outcome.status === 'refused').length;
  const done = outcomes.length - refusals;
  if (json) printJson({ dry_run: dryRun, resolved: done, refused: refusals, exceptions: outcomes.map(toJson) });
  else if (dryRun)
    print(`would resolve ${done}: nothing was done${options.dryRun ? '' : '; run again with --yes to do it'}`);
  else print(`resolved ${done}`);
  return refusals === 0 ? EXIT.ok : EXIT.refused;
}

async function openLedger({ postgres, settings }: CommandDatabase): Promise<Pick<PostgresRecordLedger, 'assign'>> {
  // Loaded only where it runs: it brings every store with it.
  const { chainPolicyOf } = await import('@freeway/workers');
  return createRecordLedger(postgres, { policy: chainPolicyOf(settings) });
}

function lineOf({ status, exception, movedTo }: Resolved): string {
  const { exceptionId, reason } = exception;
  const to = movedTo === undefined ? '' : `, ${moneyOf(exception)} to ${movedTo.owner.kind} ${movedTo.owner.token}`;
  return `${exceptionId} ${reason} ${status === 'resolved' ? 'resolved' : 'would be resolved'}${to}`;
}

function toJson({ id, outcome }: { readonly id: string; readonly outcome: Resolved | Refused }): object {
  if (outcome.status === 'refused') return { exception_id: id, ...outcome };
  const { status, exception, movedTo } = outcome;
  const { state: _before, ...shown } = exceptionJson(exception);
  const moved = movedTo && { moved_to: { account_id: movedTo.accountId, [movedTo.owner.kind]: movedTo.owner.token } };
  return { status, ...shown, ...moved };
}
