import { RUN } from '../report/run-names.ts';
import { createCanonical } from '../workload/create-canonical.ts';
import { atRate } from './at-rate.ts';
import type { Findings } from './findings.ts';
import type { Ground } from './ground.ts';
import { playOnTime } from './play-load.ts';
import type { Stage } from './stage.ts';
import { warmServer } from './warm-server.ts';

const PER_SECOND = 500;
/** Times as long as other loads: one in a thousand is little else. */
const TIMES = 4;

/** What is waited for at a rate that a large programme has. */
export async function measureAt500(stage: Stage, ground: Ground): Promise<Findings> {
  const run = await playOnTime(
    stage,
    ground,
    {
      name: RUN.at500,
      title: 'Freeway, 500/s, canonical',
      group: 'at a rate',
      servers: [await warmServer(stage, ground, 'freeway')],
      workload: createCanonical(stage.source()),
      durationMs: stage.durationMs * TIMES,
    },
    atRate(stage, PER_SECOND),
  );
  return { runs: [run] };
}
