import {
  type AuthorizationRecord,
  type ChangedFact,
  createFactSource,
  importRecords,
  type ImportSource,
  ndjsonFile,
  type Postgres,
} from '@freeway/postgres';
import type { Command } from 'commander';
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { actorOf } from '../actor.ts';
import { type CommandDatabase, withDatabase } from '../database.ts';
import { action, EXIT } from '../exit-code.ts';
import { invalidateFacts } from '../invalidate-facts.ts';
import { say } from '../output.ts';
import { printImport, showProgress } from '../print-import.ts';
import { fundAccounts } from '../samples/fund-accounts.ts';
import { readSamples } from '../samples/read-samples.ts';
import { sampleProgramme } from '../samples/sample-programme.ts';

interface ImportCommandOptions {
  readonly dryRun?: boolean;
  readonly fromSamples?: string;
  readonly json?: boolean;
}

const HELP = `
The file holds one JSON object per line (docs/import-format.md). Every line is checked first; while any is faulty,
nothing is applied. Each is idempotent by its token: after a crash, run the same file again.

Examples:
  freeway import programme.ndjson --dry-run
  freeway import programme.ndjson
  freeway import --from-samples ./messages     (opens what the folder's request.*.json need, with funds)`;

export function registerImport(program: Command): void {
  program
    .command('import')
    .description('import users, businesses, accounts, cards, limits and open authorizations')
    .argument('[file]', 'one JSON object per line')
    .option('--dry-run', 'say what would be created and changed, and apply nothing')
    .option('--from-samples <folder>', "open what a folder of Marqeta's request messages needs")
    .option('--json', 'print the result as JSON')
    .addHelpText('after', HELP)
    .action(
      action(async (file: string | undefined, options: ImportCommandOptions, command: Command) => {
        if ((file === undefined) === (options.fromSamples === undefined))
          return command.error('error: either a file or --from-samples is needed');
        if (options.fromSamples !== undefined) return importSamples(options.fromSamples, options, command);
        if (!isThere(file ?? '', 'file')) return command.error(`error: there is no file ${file}`);
        const source = ndjsonFile(file ?? '');
        return withDatabase((database) =>
          runImport(database, source, { ...options, name: basename(file ?? ''), actor: actorOf(command) }),
        );
      }),
    );
}

function isThere(path: string, kind: 'file' | 'folder'): boolean {
  // A pipe is no file: it could be read only once.
  const found = statSync(path, { throwIfNoEntry: false });
  return (kind === 'folder' ? found?.isDirectory() : found?.isFile()) ?? false;
}

async function runImport(
  { postgres, settings }: CommandDatabase,
  source: ImportSource,
  {
    name,
    actor,
    dryRun = false,
    json = false,
  }: ImportCommandOptions & { readonly name: string; readonly actor: string },
): Promise<number> {
  const { onProgress, end } = showProgress();
  const changed: ChangedFact[] = [];
  const onChanged = (facts: readonly ChangedFact[]): void => {
    if (settings.REDIS_URL !== undefined) for (const fact of facts) changed.push(fact);
  };
  const outcome = await importRecords(postgres, source, { actor, source: name, dryRun, onProgress, onChanged }).finally(
    end,
  );
  await invalidateFacts(settings.REDIS_URL, changed);
  return printImport(outcome, json);
}

async function importSamples(folder: string, options: ImportCommandOptions, command: Command): Promise<number> {
  if (!isThere(folder, 'folder')) return command.error(`error: there is no folder ${folder}`);
  const { requests, skipped } = await readSamples(folder);
  for (const { file, why } of skipped) say(`skipped ${file}: ${why}`);
  if (requests.length === 0) {
    say(`freeway: ${folder} has no request.*.json that can be used`);
    return EXIT.refused;
  }
  const { records, chains, funds } = sampleProgramme(requests);
  const actor = actorOf(command);
  return withDatabase(async (database) => {
    const all = [...records, ...(await unknownChains(database.postgres, chains))];
    const source: ImportSource = () => all.map((content, index) => ({ line: index + 1, content }));
    const code = await runImport(database, source, { ...options, name: basename(folder), actor });
    if (code !== EXIT.ok || options.dryRun) return code;
    const credited = await fundAccounts(database.postgres, funds, actor);
    if (typeof credited === 'string') {
      say(`freeway: ${credited}`);
      return EXIT.refused;
    }
    say(`${requests.length} samples: ${funds.length} accounts, ${credited} of them funded now`);
    return EXIT.ok;
  });
}

/** A chain that is there already, however it came, is good enough for its increments. */
async function unknownChains(postgres: Postgres, chains: readonly AuthorizationRecord[]): Promise<object[]> {
  const facts = createFactSource(postgres);
  const unknown: object[] = [];
  for (const chain of chains) {
    const found = await facts.chain({
      transactionToken: chain.transaction_token,
      messageToken: chain.message_token ?? chain.transaction_token,
    });
    if (found === undefined) unknown.push({ type: 'authorization', ...chain });
  }
  return unknown;
}
