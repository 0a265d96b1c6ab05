import type { ChangedFact } from '@freeway/postgres';
import type { Command } from 'commander';
import { actorOf } from '../actor.ts';
import { withDatabase } from '../database.ts';
import { action, EXIT } from '../exit-code.ts';
import { invalidateFacts } from '../invalidate-facts.ts';
import { print, printJson } from '../output.ts';
import { parseCount } from '../owner-options.ts';
import { printImport, showProgress } from '../print-import.ts';

interface Options {
  readonly users: number;
  readonly seed: number;
  readonly json?: boolean;
}

export function registerSeed(program: Command): void {
  program
    .command('seed')
    .description('import a demo programme: users, businesses, accounts with funds, cards and limits')
    .option('--users <count>', 'how many users', parseCount, 10_000)
    .option(
      '--seed <number>',
      'the same number makes the same programme; another one a programme of its own',
      parseCount,
      1,
    )
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExample:\n  freeway seed --users 500 --seed 7')
    .action(
      action(async ({ users, seed, json = false }: Options, command: Command) => {
        if (users === 0) return command.error('error: --users must be at least 1');
        // Loaded only where it runs: every other command, the gateway too, would carry the simulator and its HTTP client.
        const { buildProgramme } = await import('@freeway/simulator');
        const { seedProgramme } = await import('../seed-programme.ts');
        return withDatabase(async ({ postgres, settings }) => {
          const { onProgress, end } = showProgress();
          const changed: ChangedFact[] = [];
          const outcome = await seedProgramme(postgres, {
            programme: buildProgramme({ seed, users }),
            name: `seed ${seed}, ${users} users`,
            actor: actorOf(command),
            onProgress,
            onChanged: (facts) => void changed.push(...facts),
          }).finally(end);
          if (outcome.status === 'seeded_before') {
            if (json) printJson(outcome);
            else print(`the programme of ${users} users with seed ${seed} is there already`);
            return EXIT.ok;
          }
          await invalidateFacts(settings.REDIS_URL, changed);
          return printImport(outcome, json);
        });
      }),
    );
}
