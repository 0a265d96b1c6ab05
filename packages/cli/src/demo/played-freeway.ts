import type { Archive, Queues } from '@freeway/core';
import { createLogger, createProfiler, type Lifecycle, type ProfilerSnapshot } from '@freeway/runtime';
import { createQueues } from '@freeway/workers';
import { type AllParts, startAll } from '../dev/start-all.ts';
import { type DemoCoreApi, serveDemoCoreApi } from './demo-core-api.ts';
import type { RunningProcesses } from './demo-options.ts';

/** What the platform is played against. URLs have their paths. */
export interface PlayedFreeway {
  readonly gatewayUrl: string;
  readonly intakeUrl: string;
  readonly queues: Queues;
  /** Absent where only other processes have it. */
  readonly archive?: Archive;
  /** Where its sweeper looks transactions up; the settings of running processes say where theirs does. */
  readonly coreApi?: DemoCoreApi;
  /** Whoever started it may also kill it: then not every answer comes, and what was in hand comes again some time later. */
  readonly mayDie: boolean;
  profile(): Promise<ProfilerSnapshot>;
}

/** Everything, in this process. */
export async function startPlayed({ settings, ...parts }: AllParts): Promise<PlayedFreeway> {
  const coreApi = await serveDemoCoreApi();
  parts.lifecycle.onStop('core api', () => coreApi.stop());
  const sweeper = { ...settings.sweeper, ...coreApi.settings };
  const { gateway, intake, queues, archive } = await startAll({ settings: { ...settings, sweeper }, ...parts });
  return {
    gatewayUrl: `${gateway.url}/v1/jit`,
    intakeUrl: `${intake.url}/v1/webhooks/marqeta`,
    queues,
    archive,
    coreApi,
    mayDie: false,
    profile: async () => gateway.authorizer.profiler.snapshot(),
  };
}

/** Processes that run already, with the same settings: only their queues are looked at besides. */
export async function attachToPlayed(
  { gatewayUrl, intakeUrl }: RunningProcesses,
  { settings, databaseUrl, lifecycle }: { readonly lifecycle: Lifecycle } & Omit<AllParts, 'logger'>,
): Promise<PlayedFreeway> {
  const queues = await createQueues(settings.worker, { databaseUrl });
  lifecycle.onStop('queues', () => queues.close());
  return { gatewayUrl, intakeUrl, queues, mayDie: true, profile: createProfileReader(gatewayUrl) };
}

const ANSWER_TIMEOUT_MS = 1000;

/** The last word of a gateway that may come and go. */
function createProfileReader(gatewayUrl: string): PlayedFreeway['profile'] {
  let last = createProfiler({ logger: createLogger({ process: 'demo', level: 'silent' }) }).snapshot();
  return async () => {
    try {
      const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
      const response = await fetch(new URL('/profile', gatewayUrl), { signal });
      if (response.ok) last = (await response.json()) as ProfilerSnapshot;
    } catch {
      // It is away: what it said before stands.
    }
    return last;
  };
}
