import type { Drill, DrillOptions, DrillResult, Promised } from '../drill.ts';
import { type Gateway, runFreeway, startGateways } from '../ground/freeway.ts';
import type { Ground } from '../ground/open-ground.ts';
import { figure, judgeAnswers, loadFigures } from '../load/judge-load.ts';
import { seedProgrammes, startLoad, untilPart } from '../load/play-load.ts';
import { postgresProgram } from '../programs.ts';
import { createSingleServer } from '../restore/single-server.ts';
import { judgeLedger } from '../verify-ledger.ts';
import { askRedis } from './ask-redis.ts';
import { openSentinels, REDIS, type SentinelGroup } from './open-sentinels.ts';

const GATEWAYS = 2;
const FAILOVER_TIMEOUT_MS = 60_000;

export const redisDrill: Drill = {
  about: 'Redis master, replica and three sentinels, two gateways: the master is killed',
  needs: [REDIS, ...['postgres', 'initdb'].map(postgresProgram)],
  defaults: { forMs: 45_000, ratePerSecond: 40 },
  run: drillRedis,
};

async function drillRedis(ground: Ground, { forMs, ratePerSecond }: DrillOptions): Promise<DrillResult> {
  ground.say('starting PostgreSQL, a Redis master, its replica and three sentinels');
  const server = await createSingleServer(ground, '/bin/true');
  await server.start();
  const postgres = server.connect('postgres');
  await postgres.sql.unsafe('create database freeway').finally(() => postgres.close());
  const redis = await openSentinels(ground);
  const env = { DATABASE_URL: server.url, REDIS_URL: redis.url };
  await runFreeway(ground, ['migrate'], env);
  await seedProgrammes(ground, GATEWAYS, env);
  const gateways = await startGateways(ground, GATEWAYS, env);

  ground.say(`${ratePerSecond} requests a second for ${forMs / 1000} s, against ${GATEWAYS} gateways`);
  const load = startLoad(ground, { gateways, ratePerSecond, forMs, runId: ground.folder });
  await untilPart(ground, load, forMs, 1 / 3);
  const keysBefore = await keysOf(redis.replica.port);
  ground.say(`killing the master, which holds ${keysBefore} keys`);
  await redis.master.child.kill('SIGKILL');
  const killedAtMs = performance.now();
  const failover = await untilFailedOver(ground, redis, gateways);
  const keysAtFailover = await keysOf(redis.replica.port);
  ground.say(
    `the replica is master after ${seconds(failover.promotedMs)} s, both gateways use it after ${seconds(failover.usedMs)} s`,
  );
  const reports = await load.finished();
  const keysAfter = await keysOf(redis.replica.port);
  return {
    promises: [
      ...judgeAnswers(load, killedAtMs),
      judgeErrors(load.timeline.errors()),
      {
        promise: 'the cache goes on filling on the new master',
        kept: keysAfter > keysAtFailover,
        seen: `${keysAtFailover} keys when it became master, ${keysAfter} at the end`,
      },
      await judgeLedger(ground, env),
    ],
    figures: [
      figure('failover_s', 'from the kill to a new master, s', failover.promotedMs / 1000),
      figure('used_s', 'from the kill until every gateway uses it, s', failover.usedMs / 1000),
      figure('keys_before', 'keys before the kill', keysBefore),
      figure('keys_after', 'keys at the end', keysAfter),
      ...loadFigures(load, reports, { killedAtMs, recoveredAtMs: killedAtMs + failover.usedMs }),
    ],
  };
}

/** Redis is a cache: nobody may notice that it is away. */
const judgeErrors = (errors: number): Promised => ({
  promise: 'nothing is answered with an error because Redis is away',
  kept: errors === 0,
  seen: `${errors} errors`,
});

async function untilFailedOver(ground: Ground, redis: SentinelGroup, gateways: readonly Gateway[]) {
  const killedAtMs = performance.now();
  await ground.until('the replica is master', FAILOVER_TIMEOUT_MS, async () => {
    const role = await askRedis(redis.replica.port, 'role');
    return role?.includes('master') === true && (await redis.masterPort()) === redis.replica.port;
  });
  const promotedMs = performance.now() - killedAtMs;
  await ground.until('the gateways use it', FAILOVER_TIMEOUT_MS, async () => {
    const states = await Promise.all(gateways.map(redisStateOf));
    return states.every((state) => state === 'up');
  });
  return { promotedMs, usedMs: performance.now() - killedAtMs };
}

async function redisStateOf({ url }: Gateway): Promise<string | undefined> {
  try {
    const response = await fetch(new URL('/health', url), { signal: AbortSignal.timeout(2000) });
    const { services } = (await response.json()) as { readonly services: Record<string, { readonly state: string }> };
    return services['redis']?.state;
  } catch {
    return undefined;
  }
}

async function keysOf(port: number): Promise<number> {
  return Number(/^:(\d+)/.exec((await askRedis(port, 'dbsize')) ?? '')?.[1] ?? 0);
}

const seconds = (ms: number): string => (ms / 1000).toFixed(1);
