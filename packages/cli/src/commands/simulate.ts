import type { Scenario, ScenarioResult } from '@freeway/simulator';
import { type Command, Option } from 'commander';
import { withDatabase } from '../database.ts';
import { action, EXIT } from '../exit-code.ts';
import { print, printJson, say } from '../output.ts';
import { parseCount } from '../owner-options.ts';

interface Options {
  readonly list?: boolean;
  readonly all?: boolean;
  readonly target: 'freeway' | 'sandbox';
  readonly gateway?: string;
  readonly intake?: string;
  readonly card?: string;
  readonly wait: number;
  readonly json?: boolean;
}

const HELP = `
A scenario is one of --list, or a file of your own like those in packages/simulator/scenarios.
Against a Freeway that runs: its settings say where it listens and what it must be presented; without any, those of
freeway dev. Each scenario opens a user, an account and a card of its own, and the ledger is read for what it did.
Against the sandbox (CORE_API_URL, CORE_API_APPLICATION_TOKEN, CORE_API_ADMIN_TOKEN): the same file is played by
Simulations 2.0, and the records that Marqeta makes are compared with the ones we expect of it.

Examples:
  freeway simulate purchase-exact-clearing
  freeway simulate --all
  freeway simulate incremental --target sandbox --card my_jit_card`;

export function registerSimulate(program: Command): void {
  program
    .command('simulate')
    .description('play scenarios of what follows an authorization, step by step, and compare what each step does')
    .argument('[scenario...]', 'names of scenarios, or files')
    .option('--list', 'list the scenarios')
    .option('--all', 'play every one of them')
    .addOption(
      new Option('--target <target>', 'what is played against').choices(['freeway', 'sandbox']).default('freeway'),
    )
    .option('--gateway <url>', 'URL of the gateway, with /v1/jit (default: where its settings say)')
    .option('--intake <url>', 'URL of intake, with /v1/webhooks/marqeta (default: where its settings say)')
    .option('--card <token>', 'sandbox: a card that is funded by Gateway JIT')
    .option('--wait <seconds>', 'how long the effect of a record is waited for', parseCount, 10)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', HELP)
    .action(
      action(async (names: string[], options: Options, command: Command) => {
        const { loadScenario, scenarioNames } = await import('@freeway/simulator');
        if (options.list === true) return list(scenarioNames(), loadScenario);
        const wanted = options.all === true ? scenarioNames() : names;
        if (wanted.length === 0)
          return command.error('error: which scenario? --list shows them, --all plays every one');
        const scenarios: Scenario[] = [];
        for (const name of wanted) {
          const result = loadScenario(name);
          if (result.ok) scenarios.push(result.scenario);
          else for (const fault of result.faults) say(`${name}: ${fault}`);
        }
        if (scenarios.length < wanted.length) return EXIT.usage;
        return options.target === 'sandbox'
          ? playOnSandbox(scenarios, options, command)
          : playOnFreeway(scenarios, options);
      }),
    );
}

function list(names: readonly string[], load: (name: string) => ScenarioResult): number {
  const rows = names.map((name) => {
    const result = load(name);
    return [name, result.ok ? result.scenario.title : result.faults.join('; ')];
  });
  const width = Math.max(...rows.map(([name = '']) => name.length));
  for (const [name = '', title = ''] of rows) print(`${name.padEnd(width)}  ${title}`);
  return EXIT.ok;
}

async function playOnFreeway(scenarios: readonly Scenario[], options: Options): Promise<number> {
  const { readPlayedSettings } = await import('../simulate/simulate-settings.ts');
  const { simulateOnFreeway, whyUnreachable } = await import('../simulate/simulate-on-freeway.ts');
  const played = await readPlayedSettings(process.env, options);
  if ('faults' in played) {
    for (const fault of played.faults) say(fault);
    return EXIT.usage;
  }
  const why = await whyUnreachable(played);
  if (why !== undefined) {
    say(`freeway: ${why}`);
    return EXIT.refused;
  }
  const { wait, json = false } = options;
  return withDatabase(async ({ postgres }) => {
    const { ok, results } = await simulateOnFreeway(postgres, scenarios, played, { waitMs: wait * 1000, json });
    return conclude(ok, results, json, 'every step did what its scenario says');
  });
}

async function playOnSandbox(scenarios: readonly Scenario[], options: Options, command: Command): Promise<number> {
  const { settingsOrExit } = await import('@freeway/runtime');
  const { simulateOnSandbox } = await import('../simulate/simulate-on-sandbox.ts');
  const { CORE_API_URL: url, ...tokens } = settingsOrExit('cli');
  const { CORE_API_APPLICATION_TOKEN: applicationToken, CORE_API_ADMIN_TOKEN: adminToken } = tokens;
  if (url === undefined || applicationToken === undefined || adminToken === undefined)
    return command.error('error: the sandbox needs CORE_API_URL, CORE_API_APPLICATION_TOKEN and CORE_API_ADMIN_TOKEN');
  if (options.card === undefined)
    return command.error('error: the sandbox needs --card, a card of it funded by Gateway JIT');
  const { json = false } = options;
  const access = { url, applicationToken, adminToken, cardToken: options.card };
  const { ok, results } = await simulateOnSandbox(scenarios, access, json);
  return conclude(ok, results, json, 'every record that could be compared is as our table says');
}

function conclude(ok: boolean, results: readonly object[], json: boolean, sentence: string): number {
  if (json) printJson(results);
  else print(ok ? sentence : 'there are differences');
  return ok ? EXIT.ok : EXIT.refused;
}
