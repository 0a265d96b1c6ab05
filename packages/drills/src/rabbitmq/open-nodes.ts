import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePorts } from '@freeway/postgres/free-port';
import type { Ground } from '../ground/open-ground.ts';
import type { Child } from '../ground/spawn-child.ts';
import { programOf } from '../programs.ts';

// Debian's wrapper on PATH insists on its own user and folders; the scripts behind it do not.
const BIN = '/usr/lib/rabbitmq/bin';
export const RABBITMQ = { places: [`${BIN}/rabbitmq-server`, 'rabbitmq-server'], debianPackage: 'rabbitmq-server' };
export const RABBITMQCTL = { places: [`${BIN}/rabbitmqctl`, 'rabbitmqctl'], debianPackage: 'rabbitmq-server' };
export const EPMD = { places: ['epmd', '/usr/bin/epmd'], debianPackage: 'erlang-base' };

export interface RabbitNode {
  /** Erlang's name of it. */
  readonly name: string;
  readonly port: number;
  start(): Promise<void>;
  kill(): Promise<void>;
}

export interface QueueState {
  readonly name: string;
  readonly leader: string;
  readonly members: readonly string[];
  readonly online: readonly string[];
}

export interface RabbitCluster {
  readonly nodes: readonly RabbitNode[];
  /** Names every node: for Freeway. */
  readonly url: string;
  /** Quorum queues, as the node sees them. */
  queues(seenBy: RabbitNode): Promise<readonly QueueState[]>;
  /** Resolves when that many nodes work, as the node sees it. */
  untilRunning(seenBy: RabbitNode, count: number): Promise<void>;
}

const START_TIMEOUT_MS = 240_000;

export async function openNodes(ground: Ground, size: number): Promise<RabbitCluster> {
  const [epmdPort = 0, ...ports] = await freePorts(1 + size * 2);
  const names = Array.from({ length: size }, (_, n) => `rabbit${n + 1}@localhost`);
  const environments = names.map((name, n) =>
    prepare(ground, { name, names, epmdPort, ports: ports.slice(n * 2, n * 2 + 2) }),
  );
  await ground.start({
    name: 'epmd',
    command: programOf(EPMD),
    args: ['-port', String(epmdPort), '-address', '127.0.0.1'],
    env: { ERL_EPMD_ADDRESS: '127.0.0.1', ERL_EPMD_PORT: String(epmdPort) },
  });
  const nodes = names.map((name, n) => createNode(ground, name, ports[n * 2] ?? 0, environments[n] ?? {}));

  async function ask(node: RabbitNode, args: readonly string[]): Promise<unknown> {
    const env = environments[nodes.indexOf(node)] ?? {};
    const asking = { name: 'rabbitmqctl', command: programOf(RABBITMQCTL), env };
    return JSON.parse(await ground.run({ ...asking, args: ['--node', node.name, ...args, '--formatter', 'json'] }));
  }
  const [first] = nodes;
  // One after the other: those that come later find the first, and join it.
  for (const node of nodes) await node.start();
  const cluster: RabbitCluster = {
    nodes,
    url: `amqp://guest:guest@${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    queues: async (node) =>
      (await ask(node, ['list_queues', '--quiet', 'name', 'leader', 'members', 'online'])) as readonly QueueState[],
    untilRunning: (node, count) =>
      ground.until(`${count} nodes run`, START_TIMEOUT_MS, async () => {
        const { running_nodes: running } = (await ask(node, ['cluster_status', '--quiet'])) as {
          running_nodes: string[];
        };
        return running.length === count;
      }),
  };
  if (first !== undefined) await cluster.untilRunning(first, size);
  return cluster;
}

interface NodePlan {
  readonly name: string;
  readonly names: readonly string[];
  readonly epmdPort: number;
  /** For clients, and for the other nodes. */
  readonly ports: readonly number[];
}

function prepare(ground: Ground, { name, names, epmdPort, ports }: NodePlan): Record<string, string> {
  const folder = join(ground.folder, name);
  ground.makeFolder(name);
  const [port, distPort] = ports;
  writeFileSync(join(folder, '.erlang.cookie'), 'freeway-drill', { mode: 0o400 });
  writeFileSync(join(folder, 'enabled_plugins'), '[].\n');
  const lines = [
    `listeners.tcp.local = 127.0.0.1:${port}`,
    'log.file.level = warning',
    'disk_free_limit.absolute = 50MB',
    'cluster_partition_handling = pause_minority',
    'cluster_formation.peer_discovery_backend = classic_config',
    ...names.map((each, n) => `cluster_formation.classic_config.nodes.${n + 1} = ${each}`),
    '',
  ];
  writeFileSync(join(folder, 'rabbitmq.conf'), lines.join('\n'));
  return {
    HOME: folder,
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_EPMD_PORT: String(epmdPort),
    RABBITMQ_NODENAME: name,
    RABBITMQ_DIST_PORT: String(distPort),
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
    RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_PID_FILE: join(folder, 'pid'),
    // Idle schedulers that spin would take the processors from everything else.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+sbwt none +sbwtdcpu none +sbwtdio none',
  };
}

function createNode(ground: Ground, name: string, port: number, env: Readonly<Record<string, string>>): RabbitNode {
  let child: Child | undefined;
  return {
    name,
    port,
    async start() {
      const started = await ground.start({ name, command: programOf(RABBITMQ), args: [], env });
      child = started;
      await ground.until(`${name} answers`, START_TIMEOUT_MS, () => {
        if (!started.isRunning()) throw new Error(`${name} ended:\n${started.logTail()}`);
        return speaksAmqp(port);
      });
    },
    kill: async () => child?.kill('SIGKILL'),
  };
}

const AMQP_0_9_1 = Buffer.from([...Buffer.from('AMQP'), 0, 0, 9, 1]);
const PROBE_TIMEOUT_MS = 2000;

function speaksAmqp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(AMQP_0_9_1));
    const finish = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(PROBE_TIMEOUT_MS, () => finish(false));
    socket.once('error', () => finish(false));
    socket.once('close', () => finish(false));
    // A method frame: the node has begun to talk.
    socket.once('data', (bytes) => finish(bytes[0] === 1));
  });
}
