import { PROCESSES, type ProcessName, readSettings, SETTINGS } from '@freeway/runtime';
import { type Command, Option } from 'commander';
import { action, EXIT } from '../exit-code.ts';
import { print, printJson, say } from '../output.ts';

interface SettingsOptions {
  readonly check?: boolean;
  readonly process?: ProcessName;
  readonly json?: boolean;
}

/** What is shown of a setting; never its value, which may be a secret. */
interface Shown {
  readonly name: string;
  readonly group: string;
  readonly type: string;
  readonly absent: string;
  readonly about: string;
  readonly processes: readonly string[];
}

export function registerSettings(program: Command): void {
  program
    .command('settings')
    .description('list every setting, or check those of the environment')
    .option('--check', 'check the environment instead; exits 2 when a setting is faulty or missing')
    .addOption(new Option('--process <process>', 'only what this process reads').choices(PROCESSES))
    .option('--json', 'print as JSON')
    .addHelpText('after', '\nExamples:\n  freeway settings\n  freeway settings --check --process gateway')
    .action(
      action(async ({ check = false, process: processName, json = false }: SettingsOptions) => {
        if (check) return checkSettings(processName === undefined ? PROCESSES : [processName], json);
        const shown = listed(processName);
        if (json) printJson(shown);
        else printSettings(shown);
        return EXIT.ok;
      }),
    );
}

function listed(processName: ProcessName | undefined): Shown[] {
  return Object.entries(SETTINGS)
    .filter(([, entry]) => processName === undefined || (entry.processes as readonly string[]).includes(processName))
    .map(([name, entry]) => ({
      name,
      group: entry.group,
      type: entry.type,
      absent:
        'required' in entry
          ? 'required'
          : 'unset' in entry
            ? `unset: ${entry.unset}`
            : `default ${String(entry.default)}`,
      about: entry.about,
      processes: entry.processes,
    }));
}

function printSettings(settings: readonly Shown[]): void {
  let group = '';
  for (const setting of settings) {
    if (setting.group !== group) print(`${group === '' ? '' : '\n'}${setting.group} (${setting.processes.join(', ')})`);
    group = setting.group;
    print(`  ${setting.name} (${setting.type}, ${setting.absent})\n      ${setting.about}`);
  }
}

function checkSettings(processes: readonly ProcessName[], json: boolean): number {
  const results = processes.map((name) => {
    const result = readSettings(name, process.env);
    return { process: name, ok: result.ok, faults: result.ok ? [] : result.faults };
  });
  if (json) printJson(results);
  for (const { process: name, ok, faults } of results) {
    if (!json && ok) print(`${name}: ok`);
    for (const fault of faults) say(`${name}: ${fault}`);
  }
  return results.every((result) => result.ok) ? EXIT.ok : EXIT.usage;
}
