import { readSettings } from '@freeway/runtime';
import { environmentOf } from './environment-of.ts';
import { type Container, type Manifest, ofKind, type PodSpec } from './manifests.ts';

type Rule = readonly [fault: string, holds: boolean];

const faultsOf = (rules: readonly Rule[]): readonly string[] =>
  rules.filter(([, holds]) => !holds).map(([fault]) => fault);

/** What is wrong with how pods run, for any kind of pod, and with how those end that serve. */
export function checkPods(manifests: readonly Manifest[]): readonly string[] {
  return ofKind(manifests, 'Deployment', 'Job').flatMap((manifest) => {
    const { spec } = manifest.spec.template;
    const serves = manifest.kind === 'Deployment';
    const faults = [
      ...podFaults(spec),
      ...spec.containers.flatMap(containerFaults),
      ...(serves ? spec.containers.flatMap((each) => servingFaults(manifest, each, manifests)) : []),
    ];
    return faults.map((fault) => `${manifest.metadata.name}: ${fault}`);
  });
}

function podFaults(pod: PodSpec): readonly string[] {
  return faultsOf([
    ['mounts a token of the API server', pod.automountServiceAccountToken === false],
    ['may run as root', pod.securityContext?.runAsNonRoot === true],
    ['has no seccomp profile', pod.securityContext?.seccompProfile?.type === 'RuntimeDefault'],
  ]);
}

function containerFaults({ securityContext, resources }: Container): readonly string[] {
  const { requests, limits } = resources ?? {};
  return faultsOf([
    ['may gain privileges', securityContext?.allowPrivilegeEscalation === false],
    ['may write to its root file system', securityContext?.readOnlyRootFilesystem === true],
    ['keeps capabilities', securityContext?.capabilities?.drop?.includes('ALL') === true],
    ['says not what it needs', requests?.cpu !== undefined && requests.memory !== undefined],
    ['has no limit of memory', limits?.memory !== undefined],
  ]);
}

function servingFaults(manifest: Manifest, container: Container, manifests: readonly Manifest[]): readonly string[] {
  const { spec } = manifest.spec.template;
  const { startupProbe, readinessProbe, livenessProbe, ports, lifecycle } = container;
  const port = ports?.find(({ name }) => name === 'http')?.containerPort;
  const { variables } = environmentOf(container, manifests);
  const listensOn = variables['PORT'] ?? variables['INTAKE_PORT'] ?? variables['OPERATIONS_PORT'];
  const asked = [startupProbe, readinessProbe, livenessProbe].map((probe) => probe?.httpGet?.port);
  const preStop = lifecycle?.preStop?.sleep?.seconds ?? 0;
  const takesRequests = !('OPERATIONS_PORT' in variables);
  const zones = spec.topologySpreadConstraints?.map(({ topologyKey }) => topologyKey) ?? [];
  return faultsOf([
    ['opens another port than it listens on', port !== undefined && String(port) === listensOn],
    ['is asked at another port', asked.every((each) => each === 'http')],
    ['is not asked whether it is ready', readinessProbe?.httpGet?.path === '/ready'],
    // /health and /ready are 503 while PostgreSQL is away, when a restart helps nobody.
    ['would be restarted for what others lack', livenessProbe?.httpGet?.path === '/live'],
    ['is not given time to start', startupProbe?.httpGet?.path === '/live'],
    ['is told to end before proxies know', preStop > 0 || !takesRequests],
    [
      'is killed before it could have ended',
      (spec.terminationGracePeriodSeconds ?? 30) * 1000 > preStop * 1000 + stopTimeoutMs(variables),
    ],
    ['is not spread over zones', zones.includes('topology.kubernetes.io/zone')],
    ['is updated with gaps', manifest.spec.strategy?.rollingUpdate?.maxUnavailable === 0],
  ]);
}

/** As the process itself would read it; what is wrong with its form is said elsewhere. */
function stopTimeoutMs({ STOP_TIMEOUT_MS }: Readonly<Record<string, string>>): number {
  const result = readSettings('relay', { STOP_TIMEOUT_MS });
  return result.ok ? result.settings.STOP_TIMEOUT_MS : Number.POSITIVE_INFINITY;
}
