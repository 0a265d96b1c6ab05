import { readFileSync } from 'node:fs';
import { parseSetting } from './parse-setting.ts';
import type { CatalogueEntry, ProcessName, ValueOf } from './setting.ts';
import { SETTING_RELATIONS } from './setting-relations.ts';
import { SETTINGS } from './settings.ts';

type Catalogue = typeof SETTINGS;

/** What one process reads, by the names of the environment. */
export type Settings<P extends ProcessName> = {
  readonly [Name in keyof Catalogue as P extends Catalogue[Name]['processes'][number] ? Name : never]: ValueOf<
    Catalogue[Name]
  >;
};

export type SettingsResult<P extends ProcessName> =
  { readonly ok: true; readonly settings: Settings<P> } | { readonly ok: false; readonly faults: readonly string[] };

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings of one process. Every faulty variable is named at once, `NAME: what is wrong`, and no value is
 * ever repeated. An empty variable counts as unset: that is how compose files pass what nobody filled in.
 */
export function readSettings<P extends ProcessName>(processName: P, env: Environment): SettingsResult<P> {
  const values: Record<string, unknown> = {};
  const faults = new Map<string, string>();
  for (const [name, entry] of entriesOf(processName)) {
    const text = textOf(name, entry, env);
    const result = text.ok && text.text !== undefined ? parseSetting(entry, text.text) : absent(text, entry);
    if (result.ok) values[name] = result.value;
    else faults.set(name, result.fault);
  }
  for (const { names, holds, fault } of SETTING_RELATIONS) {
    if (names.every((name) => name in values) && !holds(values)) faults.set(names[0], fault);
  }
  if (faults.size > 0) return { ok: false, faults: [...faults].map(([name, fault]) => `${name}: ${fault}`) };
  return { ok: true, settings: values as Settings<P> };
}

/** The entries of the catalogue that a process reads. */
function entriesOf(processName: ProcessName): readonly (readonly [string, CatalogueEntry])[] {
  return Object.entries<CatalogueEntry>(SETTINGS).filter(([, entry]) => entry.processes.includes(processName));
}

type Text = { readonly ok: true; readonly text: string | undefined } | { readonly ok: false; readonly fault: string };

/** The variable, or for what may hold a secret the file that `NAME_FILE` names (docker secrets). */
function textOf(name: string, entry: CatalogueEntry, env: Environment): Text {
  const text = env[name] || undefined;
  const path = mayComeFromFile(entry) ? env[`${name}_FILE`] || undefined : undefined;
  if (path === undefined) return { ok: true, text };
  if (text !== undefined) return { ok: false, fault: `set either it or ${name}_FILE, not both` };
  try {
    const content = readFileSync(path, 'utf8').replace(/[\r\n]+$/, '');
    // Unset would mean "without": no signature asked for, a database of our own. Nobody names a file for that.
    return content === ''
      ? { ok: false, fault: `the file that ${name}_FILE names is empty` }
      : { ok: true, text: content };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    return { ok: false, fault: `the file that ${name}_FILE names cannot be read (${code})` };
  }
}

/** Secrets, and URLs because they carry passwords. */
export function mayComeFromFile(entry: CatalogueEntry): boolean {
  return entry.type === 'secret' || entry.type === 'url';
}

function absent(text: Text, entry: CatalogueEntry): ReturnType<typeof parseSetting> {
  if (!text.ok) return text;
  if ('required' in entry) return { ok: false, fault: `is missing: ${entry.about}` };
  return { ok: true, value: 'default' in entry ? entry.default : undefined };
}
