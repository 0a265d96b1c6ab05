import { readSettings, SETTINGS } from '@freeway/runtime';
import { CHART_PROCESSES, settingsOf } from './chart-processes.ts';
import { environmentOf, secretPathsOf } from './environment-of.ts';
import { type Manifest, ofKind } from './manifests.ts';

/**
 * What is wrong with the settings that each process is given: variables that it does not read, settings that it refuses or
 * misses, secrets that stand in the open, files that are not mounted or that nobody reads.
 */
export function checkSettings(manifests: readonly Manifest[]): readonly string[] {
  return ofKind(manifests, 'Deployment', 'Job').flatMap((manifest) => {
    const { spec } = manifest.spec.template;
    return spec.containers.flatMap((container) =>
      faultsOf(container.args ?? [], environmentOf(container, manifests), secretPathsOf(spec, container)).map(
        (fault) => `${manifest.metadata.name}: ${fault}`,
      ),
    );
  });
}

function faultsOf(
  args: readonly string[],
  { variables, files }: ReturnType<typeof environmentOf>,
  mounted: readonly string[],
): readonly string[] {
  const of = CHART_PROCESSES.find((each) => each.args.join(' ') === args.join(' '));
  if (of === undefined) return [`the image runs no process \`${args.join(' ')}\``];
  const { plain, secret } = settingsOf(of);
  const faults: string[] = [];
  for (const name of Object.keys(variables)) {
    if (secret.includes(name)) faults.push(`${name} is a secret and stands in the open`);
    else if (name.endsWith('_FILE') && secret.includes(name.slice(0, -'_FILE'.length))) continue;
    else if (!plain.includes(name) && !(name in of.fixed)) faults.push(`${name} is nothing that it reads`);
  }
  for (const [name, path] of Object.entries(files))
    if (!mounted.includes(path)) faults.push(`${name}_FILE names ${path}, which is not mounted`);
  const named = Object.values(files);
  for (const path of mounted) if (!named.includes(path)) faults.push(`${path} is mounted, and nobody reads it`);
  if (!('DATABASE_URL' in files)) faults.push('DATABASE_URL is missing');
  const result = readSettings(of.reads, { ...withoutFiles(variables), ...placeholders(Object.keys(files)) });
  return result.ok ? faults : [...faults, ...result.faults];
}

const withoutFiles = (variables: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(variables).filter(([name]) => !name.endsWith('_FILE')));

/** A well-formed text for each setting whose own text only the Secret has. */
function placeholders(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, placeholder(name)]));
}

function placeholder(name: string): string {
  const setting = SETTINGS[name as keyof typeof SETTINGS];
  return setting?.type === 'url' ? `${setting.protocols[0]}//user@host/name` : 'Well-formed-1234567890';
}
