import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { type Obeyed, type Order, type ServiceName, type ToldUrls, VARIABLES } from './server-orders.ts';
import { whyNotHad } from './why-not-had.ts';

/** Real servers of our own, which may die for a measurement. */
export interface OwnServers {
  readonly redisUrl: string;
  readonly rabbitmqUrl: string;
  readonly mongodbUri: string;
  /** Ends it as a crash would; resolves when nothing listens there any more. */
  kill(name: ServiceName): Promise<void>;
  /** Starts what was killed again, at the same place and with what it had on its disk; resolves when it listens. */
  restart(name: ServiceName): Promise<void>;
  /** Ends them, and removes what they wrote. */
  stop(): Promise<void>;
}

export interface OwnServersOptions {
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

type Runner = ChildProcessByStdio<Writable, Readable, Readable>;

/** What it says, line by line. */
interface Told {
  /** Rejects when it has ended before it said one. */
  next(signal?: AbortSignal): Promise<unknown>;
  readonly log: readonly string[];
}

const RUN = fileURLToPath(new URL('../../../../scripts/services/run.ts', import.meta.url));
const KEEP = fileURLToPath(new URL('./keep-servers.ts', import.meta.url));
const TITLES = { redis: 'Redis', rabbitmq: 'RabbitMQ', mongodb: 'MongoDB' } as const;
/** Named, it is not started. */
const NO_DATABASE = 'postgres://none.invalid/none';
const STOP_TIMEOUT_MS = 30_000;

/** Rejects with the reason where one of them cannot be had on this machine. */
export async function startOwnServers({ signal, say }: OwnServersOptions): Promise<OwnServers> {
  signal.throwIfAborted();
  const runner = launch();
  const told = listenTo(runner, say);
  let before: Promise<unknown> = Promise.resolve();
  async function obey(turn: Promise<unknown>, wanted: Order): Promise<void> {
    await turn;
    runner.stdin.write(`${JSON.stringify(wanted)}\n`);
    const { fault } = (await told.next()) as Obeyed;
    if (fault !== undefined) throw new Error(fault);
  }
  // One after the other, so that the answers come in the order of the questions.
  const order = (wanted: Order): Promise<void> => {
    const obeyed = obey(before, wanted);
    before = obeyed.catch(() => undefined);
    return obeyed;
  };
  try {
    const urls = (await told.next(signal)) as ToldUrls;
    const urlOf = (name: ServiceName): string => {
      const url = urls[name];
      if (url === undefined) throw new Error(whyNotHad(TITLES[name], told.log));
      return url;
    };
    return {
      redisUrl: urlOf('redis'),
      rabbitmqUrl: urlOf('rabbitmq'),
      mongodbUri: urlOf('mongodb'),
      kill: (name) => order({ verb: 'kill', name }),
      restart: (name) => order({ verb: 'restart', name }),
      stop: () => stop(runner),
    };
  } catch (error) {
    await stop(runner);
    signal.throwIfAborted();
    throw error;
  }
}

function launch(): Runner {
  const named = Object.fromEntries(Object.values(VARIABLES).map((variable) => [variable, undefined]));
  return spawn(process.execPath, [RUN, '--', process.execPath, KEEP], {
    // Its own group: Ctrl-C comes to us, and we end it once.
    detached: true,
    // No server that somebody else has named, for none of theirs is ever killed; and no PostgreSQL.
    env: { ...process.env, ...named, TEST_DATABASE_URL: NO_DATABASE },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

function listenTo(runner: Runner, say: (line: string) => void): Told {
  const log: string[] = [];
  createInterface({ input: runner.stderr }).on('line', (line) => {
    log.push(line);
    say(line);
  });
  const lines = createInterface({ input: runner.stdout });
  const exited = once(runner, 'exit');
  // It may be stopped between two orders.
  runner.stdin.on('error', () => undefined);
  return {
    log,
    async next(signal) {
      const [line] = (await Promise.race([once(lines, 'line', { signal }), exited.then(() => [])])) as [string?];
      if (line === undefined) throw new Error(`the services have ended:\n${log.slice(-10).join('\n')}`);
      return JSON.parse(line);
    },
  };
}

async function stop(runner: Runner): Promise<void> {
  if (runner.exitCode !== null || runner.signalCode !== null) return;
  const exited = once(runner, 'exit');
  // It stops its servers, or, while it is still starting them, leaves that to a watchdog of its own.
  runner.kill('SIGTERM');
  const killer = setTimeout(() => runner.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(killer);
}
