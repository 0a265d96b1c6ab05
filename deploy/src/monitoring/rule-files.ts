import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

export const PROMETHEUS_FOLDER = fileURLToPath(new URL('../../prometheus/', import.meta.url));

export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
}

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface RuleFile {
  readonly groups: readonly { readonly name: string; readonly rules: readonly (RecordingRule | AlertRule)[] }[];
}

/** All rules as they stand in `deploy/prometheus/rules`. */
export function readRules(): { readonly records: readonly RecordingRule[]; readonly alerts: readonly AlertRule[] } {
  const rules = yamlFiles('rules').flatMap((file) => readYaml<RuleFile>(file).groups.flatMap((group) => group.rules));
  return {
    records: rules.filter((rule): rule is RecordingRule => 'record' in rule),
    alerts: rules.filter((rule): rule is AlertRule => 'alert' in rule),
  };
}

/** Paths of the YAML files of a folder of `deploy/prometheus`. */
export function yamlFiles(folder: string): readonly string[] {
  return readdirSync(join(PROMETHEUS_FOLDER, folder))
    .filter((name) => name.endsWith('.yml'))
    .map((name) => join(PROMETHEUS_FOLDER, folder, name));
}

export function readYaml<T>(file: string): T {
  return parse(readFileSync(file, 'utf8')) as T;
}
