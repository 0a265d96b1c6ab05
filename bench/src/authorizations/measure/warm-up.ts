import { faultsOfRun } from '../report/faults-of-run.ts';
import { createColdCards } from '../workload/create-cold-cards.ts';
import { createUniform } from '../workload/create-uniform.ts';
import { createLimited } from '../workload/limited.ts';
import { createSequence } from '../workload/sequence.ts';
import { goodUsersOf } from '../workload/standing.ts';
import type { Workload } from '../workload/workload.ts';
import type { Ground } from './ground.ts';
import { playSaturated } from './play-load.ts';
import type { Server } from './server.ts';
import { settleDatabase } from './settle-database.ts';
import type { Stage } from './stage.ts';

const LONGEST_MS = 15_000;
/** For one purchase of every card, so that no load after it looks up what it would not in the long run. */
const EVERYBODY_MS = 120_000;

/**
 * Loads that are not counted, for a server that has served none yet: it gets to know every card that is asked about, Node
 * compiles, and tables get rows for the planner to know of.
 * @throws Error when something was answered wrongly
 */
export async function warmUp(stage: Stage, ground: Ground, server: Server): Promise<void> {
  if (stage.warm.has(server)) return;
  const everybody = createSequence([createColdCards(stage.source()), createUniform(stage.source())]);
  // A closed loop needs a message for each connection, however few the cards are.
  const count = Math.max(goodUsersOf(stage.users), 2 * stage.connections);
  await warmUpWith(stage, ground, server, { workload: createLimited(everybody, count), durationMs: EVERYBODY_MS });
  await warmUpFor(stage, ground, server, createUniform(stage.source()));
}

/** The same with a workload of its own, and for a time. */
export async function warmUpFor(stage: Stage, ground: Ground, server: Server, workload: Workload): Promise<void> {
  await warmUpWith(stage, ground, server, { workload, durationMs: Math.min(LONGEST_MS, stage.durationMs) });
  if (server.system !== 'null server') await settleDatabase(ground.databaseUrl);
  stage.warm.add(server);
}

async function warmUpWith(
  stage: Stage,
  ground: Ground,
  server: Server,
  load: { readonly workload: Workload; readonly durationMs: number },
): Promise<void> {
  const title = `(warm-up of ${server.process})`;
  const names = { name: title, title, group: title };
  const run = await playSaturated(stage, ground, { ...load, ...names, servers: [server], warmUpMs: 0 });
  const faults = faultsOfRun(run);
  if (faults.length > 0) throw new Error(`${title}: ${faults.join(', ')}`);
}
