import { RUN } from '../report/run-names.ts';
import { createHotAccount } from '../workload/create-hot-account.ts';
import type { Findings } from './findings.ts';
import type { Ground } from './ground.ts';
import { playSaturated } from './play-load.ts';
import { byRate, playRounds } from './play-rounds.ts';
import type { Stage } from './stage.ts';
import { warmServer } from './warm-server.ts';
import { warmUp } from './warm-up.ts';

/** Few enough that every batch of one gateway meets the accounts of the other's. */
const ACCOUNTS = 10;

/** As many connections to one gateway, and to two that contend for the same accounts. */
export async function measureGateways(stage: Stage, ground: Ground): Promise<Findings> {
  const one = await warmServer(stage, ground, 'freeway');
  const other = await ground.startGateway('second gateway');
  await warmUp(stage, ground, other);
  const group = 'gateways that contend';
  const workload = () => createHotAccount(stage.source(), ACCOUNTS);
  const found = await playRounds(stage.rounds, byRate, [
    () =>
      playSaturated(stage, ground, {
        name: RUN.oneGateway,
        title: `one gateway, ${ACCOUNTS} hot accounts`,
        group,
        servers: [one],
        workload: workload(),
      }),
    () =>
      playSaturated(stage, ground, {
        name: RUN.twoGateways,
        title: `two gateways, ${ACCOUNTS} hot accounts`,
        group,
        servers: [one, other],
        workload: workload(),
      }),
  ]);
  await ground.stop(other);
  return found;
}
