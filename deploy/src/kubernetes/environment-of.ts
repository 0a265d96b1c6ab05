import { type Container, type Manifest, ofKind, type PodSpec } from './manifests.ts';

export interface ContainerEnvironment {
  /** Every variable with its text; one that names a file of the Secret stands under its own name. */
  readonly variables: Readonly<Record<string, string>>;
  /** Settings that come from files, with the file that each names. */
  readonly files: Readonly<Record<string, string>>;
}

/** What a container's process finds in its environment. */
export function environmentOf(container: Container, manifests: readonly Manifest[]): ContainerEnvironment {
  const variables: Record<string, string> = {};
  for (const { configMapRef } of container.envFrom ?? []) {
    const map = ofKind(manifests, 'ConfigMap').find(({ metadata }) => metadata.name === configMapRef?.name);
    Object.assign(variables, map?.data);
  }
  for (const { name, value = '' } of container.env ?? []) variables[name] = value;
  const files = Object.entries(variables).filter(([name]) => name.endsWith('_FILE'));
  return { variables, files: Object.fromEntries(files.map(([name, path]) => [name.slice(0, -'_FILE'.length), path])) };
}

/** The paths at which a container finds files of a Secret. */
export function secretPathsOf({ volumes = [] }: PodSpec, { volumeMounts = [] }: Container): readonly string[] {
  return volumeMounts.flatMap(({ name, mountPath }) => {
    const items = volumes.find((volume) => volume.name === name)?.secret?.items ?? [];
    return items.map(({ path }) => `${mountPath}/${path}`);
  });
}
