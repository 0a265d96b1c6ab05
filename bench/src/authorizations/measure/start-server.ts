import { freePort } from '../../free-port.ts';
import type { BenchWorld } from '../../bench-world.ts';
import { untilReady } from '../../until-ready.ts';
import { type Reference, startReference } from '../references/start-reference.ts';
import { benchProgramme } from '../references/textbook/bench-programme.ts';
import { startTextbook } from '../references/textbook/start-textbook.ts';
import { PROCESS } from '../report/process-names.ts';
import type { System } from '../report/suite-result.ts';
import { CREDENTIALS } from './credentials.ts';
import type { Server } from './server.ts';

type Settings = Readonly<Record<string, string>>;

interface GatewayPlan {
  /** Its log is called so. */
  readonly name: string;
  readonly settings: Settings;
}

/** As it is started in production: a process of its own, with the Node flags of scripts/bootstrap.mjs. */
export async function startGateway({ freeway, signal }: BenchWorld, { name, settings }: GatewayPlan): Promise<Server> {
  const url = new URL(`http://127.0.0.1:${await freePort()}`);
  const gateway = freeway.start(
    ['gateway'],
    {
      ...settings,
      PORT: url.port,
      JIT_BASIC_AUTH_USERNAME: CREDENTIALS.username,
      JIT_BASIC_AUTH_PASSWORD: CREDENTIALS.password,
    },
    name,
  );
  await untilReady(gateway, url, signal);
  return {
    system: 'freeway',
    process: PROCESS.gateway,
    pid: gateway.pid,
    url: new URL('/v1/jit', url),
    logTail: gateway.logTail,
    stop: () => gateway.stop(),
  };
}

export async function startNullServer({ signal }: BenchWorld): Promise<Server> {
  const started = await startReference({ name: 'null server', credentials: CREDENTIALS, signal });
  return serverOf(started, 'null server', PROCESS.nullServer);
}

/** On the database of the gateway, beside its tables, and with Redis and RabbitMQ where the gateway has them. */
export async function startTextbookServer(
  { signal }: BenchWorld,
  {
    databaseUrl,
    users,
    settings,
  }: { readonly databaseUrl: string; readonly users: number; readonly settings: Settings },
): Promise<Server> {
  const { REDIS_URL, RABBITMQ_URL } = settings;
  const started = await startTextbook({
    databaseUrl,
    ...(REDIS_URL === undefined ? {} : { redisUrl: REDIS_URL }),
    ...(RABBITMQ_URL === undefined ? {} : { rabbitUrl: RABBITMQ_URL }),
    namePrefix: 'bench.',
    programme: benchProgramme(users),
    credentials: CREDENTIALS,
    signal,
  });
  return serverOf(started, 'textbook', PROCESS.textbook);
}

function serverOf({ pid, url, logTail, stop }: Reference, system: System, process: string): Server {
  return { system, process, pid, url, logTail, stop };
}
