import { listAudit, type ListedAudit } from '@freeway/postgres';
import type { Command } from 'commander';
import { withDatabase } from '../database.ts';
import { action, EXIT } from '../exit-code.ts';
import { oneLine, print, printJson, table } from '../output.ts';
import { parseCount } from '../owner-options.ts';
import { parseTime } from '../parse-time.ts';

interface Options {
  readonly since?: number;
  readonly until?: number;
  readonly by?: string;
  readonly verb?: string;
  readonly subject?: string;
  readonly limit: number;
  readonly json?: boolean;
}

const HELP = `
Times: 2026-11-27, 2026-11-27T10:00:00Z, or 30s, 15m, 2h, 7d ago.

Examples:
  freeway audit list --since 1d
  freeway audit list --by ada@desk --verb block_card --json | jq '.[].subject'
  freeway audit list --subject account --limit 500`;

export function registerAudit(program: Command): void {
  const group = program.command('audit').description('who changed what: records that nobody can change');
  group
    .command('list')
    .description('the newest records that fit, newest first')
    .option('--since <time>', 'from then on', parseTime)
    .option('--until <time>', 'before then', parseTime)
    .option('--by <actor>', 'by whom; --actor says who asks')
    .option('--verb <verb>', 'what was done, like block_card')
    .option('--subject <subject>', 'to what: card:c_1, or card for all of them')
    .option('--limit <count>', 'how many are shown', parseCount, 50)
    .option('--json', 'print them as JSON')
    .addHelpText('after', HELP)
    .action(
      action(({ since, until, by, verb, subject, limit, json = false }: Options) =>
        withDatabase(async ({ postgres }) => {
          const records = await listAudit(
            postgres,
            { sinceMs: since, untilMs: until, actor: by, verb, subject },
            limit,
          );
          if (json) printJson(records.map(toJson));
          else if (records.length === 0) print('there are none');
          else print(table(['id', 'at', 'actor', 'verb', 'subject', 'detail'], records.map(cellsOf)));
          return EXIT.ok;
        }),
      ),
    );
}

function toJson({ auditId, at, actor, verb, subject, detail }: ListedAudit): object {
  return { audit_id: auditId, at: at.toISOString(), actor, verb, subject, detail };
}

function cellsOf({ auditId, at, actor, verb, subject, detail }: ListedAudit): readonly string[] {
  return [auditId, at.toISOString(), actor, verb, subject, JSON.stringify(detail)].map(oneLine);
}
