import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '@freeway/postgres/free-port';
import { ROOT } from '../image/build-context.ts';
import { endWithUs, type Spawned, spawnUntil } from './spawned.ts';

// Debian's wrapper on PATH insists on its own user and folders; the script behind it does not.
const SCRIPT = '/usr/lib/rabbitmq/bin/rabbitmq-server';

export const rabbitmqIsThere = (): boolean => existsSync(SCRIPT);

export interface RunningRabbitmq {
  readonly port: number;
  readonly managementPort: number;
  readonly metricsPort: number;
  stop(): Promise<void>;
}

/** RabbitMQ with our configuration, plugins and definitions; only ports and paths are those of this machine. */
export async function startRabbitmq(folder: string, secrets: string): Promise<RunningRabbitmq> {
  const [port = 0, managementPort = 0, metricsPort = 0, distPort = 0, epmdPort = 0] = await freePorts(5);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, '.erlang.cookie'), 'freeway-test', { mode: 0o400 });
  const ours = readFileSync(join(ROOT, 'deploy/rabbitmq/rabbitmq.conf'), 'utf8');
  const config = [
    ours.replace('/run/secrets/', `${secrets}/`),
    `listeners.tcp.local = 127.0.0.1:${port}`,
    `management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = ${managementPort}`,
    `prometheus.tcp.ip = 127.0.0.1\nprometheus.tcp.port = ${metricsPort}`,
  ];
  writeFileSync(join(folder, 'rabbitmq.conf'), `${config.join('\n')}\n`);
  const env = environment(folder, distPort, epmdPort);
  // Erlang would start its port mapper as a daemon that outlives the node: a child of ours does not.
  const portMapper = spawn('epmd', ['-port', String(epmdPort), '-address', '127.0.0.1'], { env, stdio: 'ignore' });
  endWithUs(portMapper);
  const server: Spawned = await spawnUntil(
    async () => (await fetch(`http://127.0.0.1:${managementPort}/`)).ok && (await portAnswers(metricsPort)),
    [SCRIPT],
    { env },
  );
  return {
    port,
    managementPort,
    metricsPort,
    async stop() {
      await server.end('SIGTERM');
      portMapper.kill('SIGKILL');
    },
  };
}

const portAnswers = async (port: number): Promise<boolean> => (await fetch(`http://127.0.0.1:${port}/metrics`)).ok;

function environment(folder: string, distPort: number, epmdPort: number): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    LANG: 'C.UTF-8',
    HOME: folder,
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_EPMD_PORT: String(epmdPort),
    RABBITMQ_NODENAME: `freeway-${distPort}@localhost`,
    RABBITMQ_DIST_PORT: String(distPort),
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(ROOT, 'deploy/rabbitmq/enabled_plugins'),
    RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_PID_FILE: join(folder, 'pid'),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+sbwt none +sbwtdcpu none +sbwtdio none',
  };
}
