import type { System } from '../report/suite-result.ts';
import type { Ground } from './ground.ts';
import type { Server } from './server.ts';
import type { Stage } from './stage.ts';
import { warmUp } from './warm-up.ts';

/** The ground's own server of this system, which has served before. */
export async function warmServer(stage: Stage, ground: Ground, system: System): Promise<Server> {
  const server = await ground.server(system);
  await warmUp(stage, ground, server);
  return server;
}
