import { migrate, migrationStatus, type MigrationStatus, type Postgres, repairGrants } from '@freeway/postgres';
import type { Command } from 'commander';
import { actorOf } from '../actor.ts';
import { withDatabase } from '../database.ts';
import { action, EXIT } from '../exit-code.ts';
import { print, printJson, say } from '../output.ts';
import { parseCount } from '../owner-options.ts';

interface MigrateOptions {
  readonly dryRun?: boolean;
  readonly status?: boolean;
  readonly json?: boolean;
  readonly patience: number;
}

const HELP = `
It may run while everything else does: a migration that cannot have a lock at once lets the others go on and tries again.
--status exits 1 while a migration of this release is not applied. Those of a newer release are listed as such and are
no hindrance. docs/upgrade.md tells how a release is rolled out.

Examples:
  freeway migrate --dry-run
  freeway migrate
  freeway migrate --status --json | jq -r '.[] | select(.applied_at == null) | .name'`;

export function registerMigrate(program: Command): void {
  program
    .command('migrate')
    .description('apply the migrations that the database has not seen; safe to run at any time, and by several at once')
    .option('--dry-run', 'list what would be applied, and change nothing')
    .option('--status', 'list every migration, and when it was applied; exits 1 while one is not')
    .option('--patience <seconds>', 'how long one migration tries to get its locks', parseCount, 60)
    .option('--json', 'print as JSON')
    .addHelpText('after', HELP)
    .action(
      action((options: MigrateOptions, command: Command) =>
        withDatabase(
          ({ postgres }) => {
            if (options.status === true) return showStatus(postgres, options);
            return options.dryRun === true
              ? showPending(postgres, options)
              : apply(postgres, options, actorOf(command));
          },
          { migrated: false },
        ),
      ),
    );
}

async function apply(postgres: Postgres, { patience, json = false }: MigrateOptions, actor: string): Promise<number> {
  const { applied, current } = await migrate(postgres, {
    actor,
    patienceMs: patience * 1000,
    log: (line) => (json || !line.startsWith('applied ') ? say(line) : print(line)),
  });
  const granted = await repairGrants(postgres);
  if (json) printJson({ applied, at: current.at(-1), granted });
  else print(`the database is at ${current.at(-1) ?? 'no migration'}`);
  if (granted && !json) print('the roles of the processes have the rights that they need');
  return EXIT.ok;
}

async function showPending(postgres: Postgres, { json = false }: MigrateOptions): Promise<number> {
  const pending = (await migrationStatus(postgres)).filter(isPending).map(({ name }) => name);
  if (json) printJson(pending);
  else if (pending.length === 0) print('nothing is to be applied');
  else for (const name of pending) print(`would apply ${name}`);
  return EXIT.ok;
}

async function showStatus(postgres: Postgres, { json = false }: MigrateOptions): Promise<number> {
  const status = await migrationStatus(postgres);
  if (json) printJson(status.map(({ name, appliedAt, known }) => ({ name, applied_at: appliedAt ?? null, known })));
  else for (const each of status) print(`${each.name.padEnd(32)}${wordsOf(each)}`);
  return status.some(isPending) ? EXIT.refused : EXIT.ok;
}

function isPending({ appliedAt }: MigrationStatus): boolean {
  return appliedAt === undefined;
}

function wordsOf({ appliedAt, known }: MigrationStatus): string {
  if (appliedAt === undefined) return 'not applied';
  return `applied ${appliedAt.toISOString()}${known ? '' : ', by a newer release'}`;
}
