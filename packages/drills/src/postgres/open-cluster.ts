import { chownSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { freePorts } from '@freeway/postgres/free-port';
import { connectPostgres, type Postgres } from '@freeway/postgres';
import type { Ground } from '../ground/open-ground.ts';
import { postmasterOf } from '../ground/postmasters.ts';
import type { Child } from '../ground/spawn-child.ts';
import { postgresProgram, programOf } from '../programs.ts';
import { patroniSettings } from './patroni-settings.ts';

export const PATRONI = { places: ['patroni', '/usr/bin/patroni'], debianPackage: 'patroni python3-etcd' };
export const ETCD = { places: ['etcd', '/usr/bin/etcd'], debianPackage: 'etcd-server' };

export interface ClusterNode {
  readonly name: string;
  readonly port: number;
  readonly dataFolder: string;
  start(): Promise<void>;
  /** As a machine that loses its power: Patroni first, or it would still hand over. */
  kill(): Promise<void>;
}

export interface Member {
  readonly name: string;
  readonly role: string;
  readonly state: string;
  readonly timeline?: number;
  readonly lag?: number | string;
}

export interface PostgresCluster {
  readonly nodes: readonly ClusterNode[];
  /** Names every server: for Freeway. */
  readonly url: string;
  /** What Patroni says; empty when none of them answers. */
  members(): Promise<readonly Member[]>;
  leader(): Promise<ClusterNode | undefined>;
  /** The server itself, as its superuser. */
  connect(node: ClusterNode, database?: string): Postgres;
}

const PASSWORDS = { superuser: 'drill-superuser', replication: 'drill-replication' };
const START_TIMEOUT_MS = 120_000;

/** Patroni's cluster of that many servers on one etcd, with a database for Freeway. */
export async function openCluster(ground: Ground, size: number): Promise<PostgresCluster> {
  const [etcdPort = 0, peerPort = 0, ...ports] = await freePorts(2 + size * 2);
  await startEtcd(ground, etcdPort, peerPort);
  const names = Array.from({ length: size }, (_, n) => `pg${n + 1}`);
  const nodes = names.map((name, n) =>
    createNode(ground, name, { postgres: ports[n * 2] ?? 0, rest: ports[n * 2 + 1] ?? 0 }, etcdPort),
  );
  async function members(): Promise<readonly Member[]> {
    for (const { restPort } of nodes) {
      const found = await fetch(`http://127.0.0.1:${restPort}/cluster`, { signal: AbortSignal.timeout(2000) })
        .then((response) => response.json() as Promise<{ readonly members?: readonly Member[] }>)
        .catch(() => undefined);
      if (found?.members !== undefined) return found.members;
    }
    return [];
  }
  async function leader(): Promise<ClusterNode | undefined> {
    const found = (await members()).find(({ role, state }) => role === 'leader' && state === 'running');
    return nodes.find(({ name }) => name === found?.name);
  }

  const [first, ...others] = nodes;
  await first?.start();
  await ground.until('the first server leads', START_TIMEOUT_MS, async () => (await leader()) !== undefined);
  await Promise.all(others.map((node) => node.start()));
  await ground.until('every server follows', START_TIMEOUT_MS, async () => (await inStep(members)) === size);
  if (first !== undefined) await createDatabase(connectTo(first, 'postgres'));
  const hosts = nodes.map(({ port }) => `127.0.0.1:${port}`).join(',');
  const url = `postgres://freeway:drill@${hosts}/freeway?target_session_attrs=read-write`;
  return { nodes, url, members, leader, connect: connectTo };
}

function connectTo(node: ClusterNode, database = 'freeway'): Postgres {
  return connectPostgres({
    url: `postgres://postgres:${PASSWORDS.superuser}@127.0.0.1:${node.port}/${database}`,
    poolMax: 1,
    statementTimeoutMs: 30_000,
  });
}

/** How many servers work; none while nobody is synchronous. */
export async function inStep(members: PostgresCluster['members']): Promise<number> {
  const found = await members();
  const works = found.filter(({ state }) => state === 'running' || state === 'streaming');
  return works.some(({ role }) => role === 'sync_standby') && works.some(({ role }) => role === 'leader')
    ? works.length
    : 0;
}

async function createDatabase(postgres: Postgres): Promise<void> {
  try {
    await postgres.sql.unsafe(`create role freeway login password 'drill'`);
    await postgres.sql.unsafe('create database freeway owner freeway');
  } finally {
    await postgres.close();
  }
}

async function startEtcd(ground: Ground, port: number, peerPort: number): Promise<void> {
  const [client, peer] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${peerPort}`];
  const args = ['--name', 'etcd', '--data-dir', ground.makeFolder('etcd'), '--logger', 'zap', '--log-level', 'warn'];
  const listen = ['--listen-client-urls', client, '--advertise-client-urls', client, '--listen-peer-urls', peer];
  const alone = ['--initial-advertise-peer-urls', peer, '--initial-cluster', `etcd=${peer}`];
  await ground.start({
    name: 'etcd',
    command: programOf(ETCD),
    args: [...args, ...listen, ...alone],
    unprivileged: true,
  });
  await ground.until('etcd answers', 30_000, () =>
    fetch(`${client}/health`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
}

function createNode(
  ground: Ground,
  name: string,
  ports: { readonly postgres: number; readonly rest: number },
  etcdPort: number,
): ClusterNode & { readonly restPort: number } {
  const folder = ground.makeFolder(name);
  const settingsFile = join(folder, 'patroni.yml');
  const binFolder = dirname(programOf(postgresProgram('postgres')));
  writeFileSync(settingsFile, patroniSettings({ name, ports, etcdPort, folder, binFolder, passwords: PASSWORDS }));
  const { uid, gid } = statSync(folder);
  chownSync(settingsFile, uid, gid);
  const dataFolder = join(folder, 'data');
  let patroni: Child | undefined;
  return {
    name,
    port: ports.postgres,
    restPort: ports.rest,
    dataFolder,
    async start() {
      const args = [settingsFile];
      patroni = await ground.start({ name, command: programOf(PATRONI), args, unprivileged: true });
    },
    async kill() {
      const pid = postmasterOf(dataFolder);
      await patroni?.kill('SIGKILL');
      if (pid === undefined) throw new Error(`${name} has no server to kill`);
      process.kill(pid, 'SIGKILL');
    },
  };
}
