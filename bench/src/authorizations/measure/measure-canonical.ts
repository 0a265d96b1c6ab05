import { createCanonical } from '../workload/create-canonical.ts';
import type { Findings } from './findings.ts';
import type { Ground } from './ground.ts';
import { playSaturated } from './play-load.ts';
import type { Stage } from './stage.ts';
import { warmServer } from './warm-server.ts';

/** What a programme sends on a usual day, as much as is taken of it. */
export async function measureCanonical(stage: Stage, ground: Ground): Promise<Findings> {
  const run = await playSaturated(stage, ground, {
    name: 'canonical',
    title: 'Freeway, canonical',
    group: 'saturated',
    servers: [await warmServer(stage, ground, 'freeway')],
    workload: createCanonical(stage.source()),
  });
  return { runs: [run] };
}
