import type { Postgres } from '@freeway/postgres';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Drill, DrillOptions, DrillResult, Promised } from '../drill.ts';
import { runFreeway, startFreeway, startGateways } from '../ground/freeway.ts';
import type { Ground } from '../ground/open-ground.ts';
import { figure, judgeAnswers, loadFigures } from '../load/judge-load.ts';
import { seedProgrammes, startLoad, untilPart } from '../load/play-load.ts';
import { postgresProgram } from '../programs.ts';
import { createSingleServer } from '../restore/single-server.ts';
import { judgeLedger } from '../verify-ledger.ts';
import { longestStallMs, type Sample } from './longest-stall.ts';
import { EPMD, openNodes, type QueueState, RABBITMQ, RABBITMQCTL, type RabbitCluster } from './open-nodes.ts';

const NODES = 3;
const QUEUE = 'jit-funding-queue';
const DRAIN_TIMEOUT_MS = 180_000;
const SAMPLE_MS = 100;

export const rabbitmqDrill: Drill = {
  about: 'three RabbitMQ nodes with quorum queues, relay and worker: the node that leads the queue is killed',
  needs: [RABBITMQ, RABBITMQCTL, EPMD, ...['postgres', 'initdb'].map(postgresProgram)],
  defaults: { forMs: 45_000, ratePerSecond: 40 },
  run: drillRabbitmq,
};

async function drillRabbitmq(ground: Ground, { forMs, ratePerSecond }: DrillOptions): Promise<DrillResult> {
  ground.say(`starting PostgreSQL and ${NODES} RabbitMQ nodes, which takes a while`);
  const server = await createSingleServer(ground, '/bin/true');
  await server.start();
  const postgres = server.connect('postgres');
  await postgres.sql.unsafe('create database freeway').finally(() => postgres.close());
  const cluster = await openNodes(ground, NODES);
  const env = { DATABASE_URL: server.url, RABBITMQ_URL: cluster.url };
  await runFreeway(ground, ['migrate'], env);
  await seedProgrammes(ground, 1, env);
  const gateways = await startGateways(ground, 1, env);
  const processes = [
    await startFreeway(ground, 'relay', ['relay'], env),
    await startFreeway(ground, 'worker', ['worker', QUEUE], env),
  ];
  const ledger = server.connect('freeway');
  ground.onClose(() => ledger.close());

  ground.say(`${ratePerSecond} requests a second for ${forMs / 1000} s, published by a relay and archived by a worker`);
  const load = startLoad(ground, { gateways, ratePerSecond, forMs, runId: ground.folder });
  const sampling = new AbortController();
  const samples = sampleArchive(ledger, sampling.signal);
  await untilPart(ground, load, forMs, 1 / 3);
  const { leader, other } = await leaderOf(cluster);
  ground.say(`killing ${leader.name}, which leads ${QUEUE}`);
  await leader.kill();
  const killedAtMs = performance.now();
  const reports = await load.finished();
  ground.say('the load is over; waiting until every decision is archived');
  const archived = await drained(ground, ledger);
  sampling.abort();
  const stallMs = longestStallMs(await samples, killedAtMs);

  ground.say(`starting ${leader.name} again`);
  const startedMs = performance.now();
  await leader.start();
  await cluster.untilRunning(other, NODES);
  const queues = await untilOnline(ground, cluster, other);
  return {
    promises: [
      ...judgeAnswers(load, killedAtMs),
      await judgeArchive(ledger, archived),
      {
        promise: 'relay and worker go on by themselves',
        kept: processes.every((process) => process.isRunning()),
        seen: processes.map(({ name, isRunning }) => `${name} ${isRunning() ? 'runs' : 'has ended'}`).join(', '),
      },
      judgeQueues(queues),
      await judgeLedger(ground, env),
    ],
    figures: [
      figure('gap_s', 'longest time in which nothing arrived in the archive, s', stallMs / 1000),
      figure(
        'rejoin_s',
        'the node started, joined and in every queue again, s',
        (performance.now() - startedMs) / 1000,
      ),
      figure('archived', 'decisions archived', archived),
      ...loadFigures(load, reports, { killedAtMs, recoveredAtMs: killedAtMs + stallMs }),
    ],
  };
}

async function leaderOf(cluster: RabbitCluster) {
  const [asked] = cluster.nodes;
  if (asked === undefined) throw new Error('there is no node');
  const queue = (await cluster.queues(asked)).find(({ name }) => name === QUEUE);
  const leader = cluster.nodes.find(({ name }) => name === queue?.leader);
  const other = cluster.nodes.find((node) => node !== leader);
  if (leader === undefined || other === undefined) throw new Error(`nobody leads ${QUEUE}`);
  return { leader, other };
}

/** Counts what has arrived, until it is told to stop. */
async function sampleArchive(ledger: Postgres, signal: AbortSignal): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  while (!signal.aborted) {
    const [row] = await ledger.sql`select count(*)::integer as archived from archive_decisions`;
    samples.push({ atMs: performance.now(), count: row?.['archived'] as number });
    await sleep(SAMPLE_MS);
  }
  return samples;
}

interface Left {
  readonly archived: number;
  readonly missing: number;
  readonly unpublished: number;
}

async function left(ledger: Postgres): Promise<Left> {
  const [row] = await ledger.sql`
    select (select count(*)::integer from archive_decisions) as archived,
           (select count(*)::integer from decisions d
              where not exists (select from archive_decisions a where a.id = d.decision_id::text)) as missing,
           (select count(*)::integer from outbox o
              where not exists (select from relay_cursors c where (o.xid, o.seq) <= (c.xid, c.seq))) as unpublished`;
  return row as unknown as Left;
}

/** Resolves to how many are archived when nothing is under way any more, or when that has taken too long. */
async function drained(ground: Ground, ledger: Postgres): Promise<number> {
  const isDone = async (): Promise<boolean> => {
    const { missing, unpublished } = await left(ledger);
    return missing === 0 && unpublished === 0;
  };
  await ground
    .until('everything is archived', DRAIN_TIMEOUT_MS, isDone)
    .catch((error: Error) => ground.say(error.message));
  return (await left(ledger)).archived;
}

async function judgeArchive(ledger: Postgres, archived: number): Promise<Promised> {
  const { missing, unpublished } = await left(ledger);
  return {
    promise: 'every decision is published and archived',
    kept: archived > 0 && missing === 0 && unpublished === 0,
    seen: `${archived} archived, ${missing} missing, ${unpublished} rows of the outbox not published`,
  };
}

async function untilOnline(ground: Ground, cluster: RabbitCluster, seenBy: RabbitCluster['nodes'][number]) {
  let queues: readonly QueueState[] = [];
  await ground
    .until('every queue has all its members', DRAIN_TIMEOUT_MS, async () => {
      queues = await cluster.queues(seenBy);
      return queues.every(({ online }) => online.length === NODES);
    })
    .catch((error: Error) => ground.say(error.message));
  return queues;
}

function judgeQueues(queues: readonly QueueState[]): Promised {
  const whole = queues.filter(({ members, online }) => members.length === NODES && online.length === NODES);
  return {
    promise: `every queue has ${NODES} members, and the node that was killed is one again`,
    kept: queues.length > 0 && whole.length === queues.length,
    seen: `${whole.length} of ${queues.length} queues`,
  };
}
