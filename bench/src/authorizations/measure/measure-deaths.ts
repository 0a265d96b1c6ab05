import { type OwnServers, startOwnServers } from '../servers/own-servers.ts';
import { fillByImport } from './fill-by-import.ts';
import type { Findings } from './findings.ts';
import { mergeFindings } from './merge-findings.ts';
import { playComplete } from './play-complete.ts';
import { playDeaths } from './play-deaths.ts';
import { playWithoutServers } from './play-without-servers.ts';
import type { Stage } from './stage.ts';
import { warmServer } from './warm-server.ts';

/**
 * Redis, RabbitMQ and MongoDB: what all that runs with them takes, what it is to those who wait when one of them dies, and
 * what there is when all are dead.
 */
export async function measureDeaths(stage: Stage): Promise<Findings> {
  const { signal, say } = stage.world;
  let servers: OwnServers;
  try {
    servers = await startOwnServers({ signal, say });
  } catch (error) {
    signal.throwIfAborted();
    const why = (error as Error).message;
    say(`deaths are not measured: ${why}`);
    return { runs: [], notes: { p99_change_on_death: why } };
  }
  try {
    return await measureWith(stage, servers);
  } finally {
    // Processes that still know the servers are ended first: a broker that goes is nothing that they should still see.
    await stage.close();
    await servers.stop();
  }
}

async function measureWith(stage: Stage, servers: OwnServers): Promise<Findings> {
  const { users } = stage;
  const { redisUrl, rabbitmqUrl, mongodbUri } = servers;
  const settings = { REDIS_URL: redisUrl, RABBITMQ_URL: rabbitmqUrl, MONGODB_URI: mongodbUri };
  const ground = await stage.open({ name: 'deaths', users, settings, fill: fillByImport(users) });
  const relay = await ground.startBeside('relay', ['relay']);
  const worker = await ground.startBeside('worker', ['worker', 'jit-funding-queue']);
  await warmServer(stage, ground, 'freeway');
  const place = { ground, servers, relay, worker };
  return mergeFindings([
    await playComplete(stage, place),
    await playDeaths(stage, place),
    await playWithoutServers(stage, place),
  ]);
}
