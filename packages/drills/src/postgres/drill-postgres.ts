import type { Drill, DrillOptions, DrillResult, Promised } from '../drill.ts';
import { runFreeway, startGateways } from '../ground/freeway.ts';
import type { Ground } from '../ground/open-ground.ts';
import { findAcknowledged, repeatAcknowledged } from '../load/compare-acknowledged.ts';
import { figure, judgeAnswers, judgeComparison, loadFigures } from '../load/judge-load.ts';
import { type Acknowledged, seedProgrammes, startLoad, untilPart } from '../load/play-load.ts';
import { postgresProgram } from '../programs.ts';
import { judgeLedger } from '../verify-ledger.ts';
import { type ClusterNode, ETCD, inStep, openCluster, PATRONI, type PostgresCluster } from './open-cluster.ts';
import { LEASE } from './patroni-settings.ts';

const SERVERS = 3;
const GATEWAYS = 2;
const PROMOTION_TIMEOUT_MS = 180_000;
const REJOIN_TIMEOUT_MS = 240_000;

export const postgresDrill: Drill = {
  about: 'Patroni, etcd and three PostgreSQL with synchronous replication: the primary is killed under load',
  needs: [PATRONI, ETCD, ...['postgres', 'initdb', 'pg_basebackup', 'pg_rewind'].map(postgresProgram)],
  defaults: { forMs: 60_000, ratePerSecond: 40 },
  run: drillPostgres,
};

async function drillPostgres(ground: Ground, { forMs, ratePerSecond }: DrillOptions): Promise<DrillResult> {
  ground.say(`starting etcd, ${SERVERS} Patroni and their PostgreSQL`);
  const cluster = await openCluster(ground, SERVERS);
  const env = { DATABASE_URL: cluster.url };
  ground.say('migrating and seeding');
  await runFreeway(ground, ['migrate'], env);
  await seedProgrammes(ground, GATEWAYS, env);
  const gateways = await startGateways(ground, GATEWAYS, env);

  ground.say(`${ratePerSecond} requests a second for ${forMs / 1000} s, against ${GATEWAYS} gateways`);
  const load = startLoad(ground, { gateways, ratePerSecond, forMs, runId: ground.folder });
  await untilPart(ground, load, forMs, 1 / 3);
  const before = await timelineOf(cluster);
  const old = await killPrimary(ground, cluster);
  const killedAtMs = performance.now();
  const toldBefore = load.acknowledged.filter(({ atMs }) => atMs <= killedAtMs).length;
  const primary = await untilPromoted(ground, cluster, old);
  const promotedAtMs = performance.now();
  ground.say(
    `${primary.name} leads ${seconds(promotedAtMs - killedAtMs)} s later; ${toldBefore} answers were out before`,
  );

  const rejoinedFromMs = performance.now();
  await old.start();
  await ground.until(
    'the old primary follows',
    REJOIN_TIMEOUT_MS,
    async () => (await inStep(cluster.members)) === SERVERS,
  );
  const rejoinedMs = performance.now() - rejoinedFromMs;
  ground.say(`${old.name} follows again after ${seconds(rejoinedMs)} s; waiting for the end of the load`);
  const reports = await load.finished();
  const outage = load.timeline.outage(killedAtMs - 1000);

  ground.say(`looking for ${load.acknowledged.length} acknowledged authorizations, and sending each again`);
  const promises = [
    ...judgeAnswers(load, killedAtMs),
    await judgeFound(cluster, primary, load.acknowledged),
    judgeComparison('a repeat gets the very answer that was given', await repeatAcknowledged(load.acknowledged)),
    await judgeLedger(ground, env),
    await judgeRejoin(cluster, old, before),
  ];
  return {
    promises,
    figures: [
      figure('outage_s', 'from the first failed answer to the first good one, s', outageSeconds(outage)),
      figure('promotion_s', 'from the kill to a new primary, s', (promotedAtMs - killedAtMs) / 1000),
      figure('lease_s', 'of which the lease of the dead primary, s at most', LEASE.ttl),
      figure('rejoin_s', 'the old primary as a standby again, s', rejoinedMs / 1000),
      figure('acknowledged', 'acknowledged authorizations', load.acknowledged.length),
      figure('acknowledged_before_kill', 'of them before the kill', toldBefore),
      ...loadFigures(load, reports, { killedAtMs, recoveredAtMs: outage?.recoveredAtMs }),
    ],
  };
}

async function killPrimary(ground: Ground, cluster: PostgresCluster): Promise<ClusterNode> {
  const old = await cluster.leader();
  if (old === undefined) throw new Error('there is no primary to kill');
  ground.say(`killing ${old.name}, the primary, and its Patroni`);
  await old.kill();
  return old;
}

async function untilPromoted(ground: Ground, cluster: PostgresCluster, old: ClusterNode): Promise<ClusterNode> {
  let found: ClusterNode | undefined;
  await ground.until('another server leads', PROMOTION_TIMEOUT_MS, async () => {
    found = await cluster.leader();
    return found !== undefined && found !== old;
  });
  return found as ClusterNode;
}

/** Asked of the new primary itself, past every gateway. */
async function judgeFound(
  cluster: PostgresCluster,
  primary: ClusterNode,
  told: readonly Acknowledged[],
): Promise<Promised> {
  const postgres = cluster.connect(primary);
  try {
    return judgeComparison('no acknowledged authorization is lost', await findAcknowledged(postgres, told));
  } finally {
    await postgres.close();
  }
}

async function judgeRejoin(cluster: PostgresCluster, old: ClusterNode, timelineBefore: number): Promise<Promised> {
  const member = (await cluster.members()).find(({ name }) => name === old.name);
  const postgres = cluster.connect(old, 'postgres');
  try {
    const [row] = await postgres.sql`
      select pg_is_in_recovery() as standby, (select count(*)::integer from pg_stat_wal_receiver where status = 'streaming') as streams`;
    return {
      promise: 'the old primary rejoins as a standby, on the new timeline',
      kept: row?.['standby'] === true && row['streams'] === 1 && (member?.timeline ?? 0) > timelineBefore,
      seen: `${old.name} is ${member?.role ?? 'nobody'} on timeline ${member?.timeline ?? '?'}, after ${timelineBefore}`,
    };
  } finally {
    await postgres.close();
  }
}

async function timelineOf(cluster: PostgresCluster): Promise<number> {
  return Math.max(0, ...(await cluster.members()).map(({ timeline = 0 }) => timeline));
}

const outageSeconds = (
  outage: { readonly failedAtMs: number; readonly recoveredAtMs: number | undefined } | undefined,
) => (outage === undefined ? 0 : ((outage.recoveredAtMs ?? Infinity) - outage.failedAtMs) / 1000);

const seconds = (ms: number): string => (ms / 1000).toFixed(1);
