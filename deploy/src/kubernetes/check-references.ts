import { type Manifest, ofKind, selects } from './manifests.ts';

/** The metrics that prometheus-adapter is told to serve. */
export interface AdapterMetrics {
  readonly custom: readonly string[];
  readonly external: readonly string[];
}

/** What is wrong with how manifests name each other: selectors that find nobody, targets that are not there. */
export function checkReferences(manifests: readonly Manifest[], adapter: AdapterMetrics): readonly string[] {
  const deployments = ofKind(manifests, 'Deployment');
  return [
    ...deployments.flatMap((each) => deploymentFaults(each, manifests)),
    ...ofKind(manifests, 'Service').flatMap((each) => serviceFaults(each, deployments)),
    ...ofKind(manifests, 'PodDisruptionBudget', 'NetworkPolicy').flatMap((each) => selectorFaults(each, manifests)),
    ...ofKind(manifests, 'HorizontalPodAutoscaler', 'ScaledObject').flatMap((each) => scalingFaults(each, deployments)),
    ...ofKind(manifests, 'HorizontalPodAutoscaler').flatMap((each) => metricFaults(each, adapter)),
    ...ofKind(manifests, 'Ingress').flatMap((each) => ingressFaults(each, manifests)),
  ];
}

const podLabels = ({ spec }: Manifest) => spec.template.metadata.labels;

function deploymentFaults(deployment: Manifest, manifests: readonly Manifest[]): readonly string[] {
  const { name } = deployment.metadata;
  const found = (kind: string) =>
    ofKind(manifests, kind).filter(({ spec }) =>
      selects(spec.podSelector?.matchLabels ?? spec.selector?.matchLabels, podLabels(deployment)),
    ).length;
  const faults: string[] = [];
  if (!selects(deployment.spec.selector?.matchLabels, podLabels(deployment))) faults.push('does not select its pods');
  if (found('Deployment') !== 1) faults.push('has pods that another selects');
  if (found('PodDisruptionBudget') !== 1) faults.push('is covered by no disruption budget, or by several');
  if (ofKind(manifests, 'NetworkPolicy').length > 0 && found('NetworkPolicy') === 0) faults.push('has no policy');
  const isScaled = ofKind(manifests, 'HorizontalPodAutoscaler', 'ScaledObject').some(
    ({ spec }) => spec.scaleTargetRef?.name === name,
  );
  // Each upgrade would else undo what the autoscaler did.
  if (isScaled !== (deployment.spec.replicas === undefined)) faults.push('has two who say how many, or nobody');
  return faults.map((fault) => `${name}: ${fault}`);
}

function serviceFaults({ metadata, spec }: Manifest, deployments: readonly Manifest[]): readonly string[] {
  const selector = spec.selector as Readonly<Record<string, string>> | undefined;
  const behind = deployments.filter((each) => selects(selector, podLabels(each)));
  if (behind.length !== 1) return [`Service ${metadata.name}: selects ${behind.length} deployments`];
  const open =
    behind[0]?.spec.template.spec.containers.flatMap(({ ports = [] }) => ports.map(({ name }) => name)) ?? [];
  const lost = (spec.ports ?? []).filter(({ targetPort }) => !open.includes(String(targetPort)));
  return lost.map(({ targetPort }) => `Service ${metadata.name}: nobody opens port ${targetPort}`);
}

function selectorFaults({ kind, metadata, spec }: Manifest, manifests: readonly Manifest[]): readonly string[] {
  const selector = (spec.podSelector ?? spec.selector)?.matchLabels;
  const found = ofKind(manifests, 'Deployment', 'Job').filter((each) => selects(selector, podLabels(each)));
  return found.length > 0 ? [] : [`${kind} ${metadata.name}: selects nobody`];
}

function scalingFaults({ kind, metadata, spec }: Manifest, deployments: readonly Manifest[]): readonly string[] {
  const target = spec.scaleTargetRef?.name;
  if (deployments.some((each) => each.metadata.name === target)) return [];
  return [`${kind} ${metadata.name}: there is no deployment ${target}`];
}

function metricFaults({ metadata, spec }: Manifest, adapter: AdapterMetrics): readonly string[] {
  return (spec.metrics ?? []).flatMap(({ pods, external }) => {
    const name = pods?.metric.name ?? external?.metric.name ?? 'nothing';
    const served = pods === undefined ? adapter.external : adapter.custom;
    return served.includes(name) ? [] : [`HorizontalPodAutoscaler ${metadata.name}: nobody serves ${name}`];
  });
}

function ingressFaults({ metadata, spec }: Manifest, manifests: readonly Manifest[]): readonly string[] {
  const paths = (spec.rules ?? []).flatMap(({ http }) => http.paths);
  return paths.flatMap(({ path, pathType, backend: { service } }) => {
    const target = ofKind(manifests, 'Service').find((each) => each.metadata.name === service.name);
    const hasPort = target?.spec.ports?.some(({ name }) => name === service.port.name) ?? false;
    return [
      ...(pathType === 'Exact' && path.startsWith('/v1/') ? [] : [`lets ${path} in by ${pathType}`]),
      ...(hasPort ? [] : [`${path} leads to nobody`]),
    ].map((fault) => `Ingress ${metadata.name}: ${fault}`);
  });
}
