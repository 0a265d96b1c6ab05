import { migrate } from '@freeway/postgres';
import type { Command } from 'commander';
import { withDatabase } from '../database.ts';
import { action, EXIT } from '../exit-code.ts';
import { print } from '../output.ts';

export function registerMigrate(program: Command): void {
  program
    .command('migrate')
    .description('apply the migrations that the database has not seen; safe to run at any time, and by several at once')
    .action(
      action(() =>
        withDatabase(
          async ({ postgres }) => {
            const { applied, current } = await migrate(postgres);
            for (const name of applied) print(`applied ${name}`);
            print(`the database is at ${current.at(-1) ?? 'no migration'}`);
            return EXIT.ok;
          },
          { migrated: false },
        ),
      ),
    );
}
