import type { Manifest } from './import-table.ts';

const EXACT_VERSION = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

/** Entries of the catalog in the text of pnpm-workspace.yaml. */
export function catalogOf(workspaceFile: string): Map<string, string> {
  const section = /^catalog:\n((?:[ \t]+.*\n|\n)*)/m.exec(workspaceFile)?.[1] ?? '';
  const entries = section.matchAll(/^\s+'?([^'\s:]+)'?:\s*'?([^'\s#]+)/gm);
  return new Map([...entries].map((entry) => [entry[1] ?? '', entry[2] ?? '']));
}

export const catalogProblems = (workspaceFile: string): string[] =>
  [...catalogOf(workspaceFile)]
    .filter(([, version]) => !EXACT_VERSION.test(version))
    .map(([name, version]) => `${name} is not at an exact version: ${version}`);

/** Dependencies of a manifest that name a version of their own instead of the catalog or the workspace. */
export function versionProblems(manifest: Manifest): string[] {
  const all = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };
  return Object.entries(all)
    .filter(([name, version]) => version !== (name.startsWith('@freeway/') ? 'workspace:*' : 'catalog:'))
    .map(([name, version]) => `${manifest.name} asks for ${name} ${version}`);
}
