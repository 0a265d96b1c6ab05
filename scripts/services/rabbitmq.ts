import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '../../packages/postgres/src/embedded/free-port.ts';
import { findExecutable, rabbitmqExecutable } from './executables.ts';
import type { ServerRun } from './server-run.ts';
import { spawnServer } from './spawn-server.ts';

const AMQP_0_9_1 = Buffer.from([...Buffer.from('AMQP'), 0, 0, 9, 1]);
const METHOD_FRAME = 1;

/** A RabbitMQ of our own: node, cookie, epmd, database and log under the run's folder, and the plugin of its metrics. */
export async function startRabbitmq(run: ServerRun, testEnv: Record<string, string>): Promise<string> {
  const command = rabbitmqExecutable();
  if (command === undefined) throw new Error('rabbitmq-server is not installed');
  const folder = join(run.folder, 'rabbitmq');
  mkdirSync(folder);
  const [port = 0, distPort = 0, epmdPort = 0, metricsPort = 0] = await freePorts(4);
  const env = environment(folder, distPort, epmdPort);
  writeFileSync(join(folder, '.erlang.cookie'), 'freeway-test', { mode: 0o400 });
  writeFileSync(join(folder, 'enabled_plugins'), '[rabbitmq_prometheus].\n');
  writeFileSync(
    join(folder, 'rabbitmq.conf'),
    [
      `listeners.tcp.local = 127.0.0.1:${port}`,
      'prometheus.tcp.ip = 127.0.0.1',
      `prometheus.tcp.port = ${metricsPort}`,
      'log.file.level = warning',
      'disk_free_limit.absolute = 50MB',
      '',
    ].join('\n'),
  );
  await startPortMapper(run, epmdPort, env);
  const probe = { send: AMQP_0_9_1, answer: (bytes: Buffer) => bytes[0] === METHOD_FRAME };
  await spawnServer(run, { name: 'rabbitmq', command, args: [], env, port, probe, timeoutMs: 90_000 });
  testEnv['TEST_RABBITMQ_METRICS_URL'] = `http://127.0.0.1:${metricsPort}/metrics`;
  return `amqp://guest:guest@127.0.0.1:${port}`;
}

/** Erlang would start its port mapper as a daemon that outlives the node: a child of ours does not. */
async function startPortMapper(run: ServerRun, port: number, env: NodeJS.ProcessEnv): Promise<void> {
  const command = findExecutable('epmd');
  if (command === undefined) throw new Error('epmd, a part of Erlang, is not on PATH');
  const args = ['-port', String(port), '-address', '127.0.0.1'];
  await spawnServer(run, { name: 'epmd', command, args, env, port, timeoutMs: 10_000 });
}

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
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
    RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_PID_FILE: join(folder, 'pid'),
    // Idle schedulers that spin would take the processors from the tests.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+sbwt none +sbwtdcpu none +sbwtdio none',
  };
}
