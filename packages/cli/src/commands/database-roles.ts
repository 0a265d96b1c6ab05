import { applyRoles, roleName, ROLES, rolesAsSql } from '@freeway/postgres';
import type { Command } from 'commander';
import { actorOf } from '../actor.ts';
import { withDatabase } from '../database.ts';
import { action, EXIT } from '../exit-code.ts';
import { print, say } from '../output.ts';

const HELP = `
None of the roles can log in. Make a user for each process and grant it one:
  create user gateway_1 password '...' in role freeway_gateway;

Run it as the owner of the tables, who must be allowed to make roles; again at any time. freeway migrate
repeats the grants by itself. docs/security.md says which role may do what.`;

export function registerDatabaseRoles(group: Command): void {
  group
    .command('roles')
    .description('make a role for each process and give each exactly the rights that it needs')
    .option('--sql', 'print the statements, and change nothing')
    .option('--schema <name>', 'with --sql: where the tables are', 'public')
    .addHelpText('after', HELP)
    .action(
      action(async ({ sql = false, schema }: { sql?: boolean; schema: string }, command: Command) => {
        if (sql) {
          print(rolesAsSql(schema).trimEnd());
          return EXIT.ok;
        }
        return withDatabase(async ({ postgres }) => {
          const { monitorRefused } = await applyRoles(postgres, actorOf(command));
          for (const role of ROLES) print(roleName(role));
          if (monitorRefused !== undefined)
            say(`freeway: a superuser has to run "grant pg_monitor to freeway_monitor" (${monitorRefused})`);
          return EXIT.ok;
        });
      }),
    );
}
