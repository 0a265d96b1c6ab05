import { memoryOf } from '../../process-usage.ts';
import { PROCESS } from '../report/process-names.ts';
import { RUN } from '../report/run-names.ts';
import { createCanonical } from '../workload/create-canonical.ts';
import { createLimited } from '../workload/limited.ts';
import type { Findings } from './findings.ts';
import type { Ground } from './ground.ts';
import { playSaturated } from './play-load.ts';
import type { Stage } from './stage.ts';

const MILLION = 1_000_000;
const LONGEST_MS = 3_600_000;

/** What a gateway has taken of memory at most, after so many requests of every kind. */
export async function measureMillion(stage: Stage, ground: Ground): Promise<Findings> {
  const gateway = await ground.startGateway('gateway of a million');
  const run = await playSaturated(stage, ground, {
    name: RUN.million,
    title: 'Freeway, 1 million requests, canonical',
    group: 'for long',
    servers: [gateway],
    workload: createLimited(createCanonical(stage.source()), MILLION),
    durationMs: LONGEST_MS,
    warmUpMs: 0,
  });
  const { peakBytes, rssBytes } = memoryOf(gateway.pid);
  await ground.stop(gateway);
  // Sampled each second, what it held in between would be missed.
  return { runs: [{ ...run, rssBytes: { ...run.rssBytes, [PROCESS.gateway]: peakBytes ?? rssBytes } }] };
}
