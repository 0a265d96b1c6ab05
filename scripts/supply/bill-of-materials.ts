import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runPnpm } from './run-pnpm.ts';

export interface Component {
  readonly group?: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses?: readonly (
    { readonly license: { readonly id?: string; readonly name?: string } } | { readonly expression: string }
  )[];
}

export interface BillOfMaterials {
  readonly specVersion: string;
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
  readonly [member: string]: unknown;
}

/** Everything that runs in production, by the lock file: what the `freeway` command needs, with all that it needs. */
export function makeBillOfMaterials(): BillOfMaterials {
  const folder = mkdtempSync(join(tmpdir(), 'freeway-sbom-'));
  try {
    const path = join(folder, 'sbom.json');
    const format = ['--sbom-format', 'cyclonedx', '--sbom-spec-version', '1.6', '--sbom-type', 'application'];
    const run = runPnpm(['--filter-prod', '@freeway/cli...', 'sbom', ...format, '--prod', '--out', path]);
    if (run.code !== 0) throw new Error(`pnpm sbom failed: ${run.stderr.trim() || run.stdout.trim()}`);
    return JSON.parse(readFileSync(path, 'utf8')) as BillOfMaterials;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the schema of CycloneDX 1.6 has to say against it; undefined: nothing. */
export async function faultsOfBill(json: string): Promise<string | undefined> {
  const faults = await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(json);
  return faults === null ? undefined : JSON.stringify(faults);
}
