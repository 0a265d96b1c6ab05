import { createWriteStream } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { MemoryOptions } from './command-line.ts';
import { createRequests } from './create-requests.ts';
import type { Freeway, FreewayProcess } from './freeway.ts';
import { type CpuSeconds, cpuSecondsOf } from './process-usage.ts';
import { programmeLines } from './programme.ts';
import { createRandom } from './random.ts';
import { playTraffic, type TrafficResult } from './traffic.ts';
import { type MemoryResult, watchMemory } from './watch-memory.ts';

export interface BenchWorld {
  readonly freeway: Freeway;
  /** Empty, and the bench's own. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

export interface MemoryRun {
  readonly traffic: TrafficResult;
  readonly memory: MemoryResult;
  /** Of the gateway and of PostgreSQL while requests came; undefined where the system does not say. */
  readonly cpu: CpuSeconds | undefined;
  readonly exitCode: number | null;
  /** What `freeway verify` says is wrong with the ledger afterwards. */
  readonly ledgerFault: string | undefined;
}

const CREDENTIALS = { username: 'bench', password: 'Bench-only-password-1' };
const READY_TIMEOUT_MS = 30_000;
const SEED = 1;

/** A ledger of its own, a gateway of its own, constant traffic, and then the ledger's invariants. */
export async function measureMemory(options: MemoryOptions, world: BenchWorld): Promise<MemoryRun> {
  const { freeway, signal, say } = world;
  say(`importing ${options.users} users, each with an account, a card and two limits`);
  await importProgramme(options.users, world);
  const url = new URL(`http://127.0.0.1:${await freePort()}`);
  const gateway = freeway.start(['gateway'], {
    PORT: url.port,
    JIT_BASIC_AUTH_USERNAME: CREDENTIALS.username,
    JIT_BASIC_AUTH_PASSWORD: CREDENTIALS.password,
  });
  await untilReady(gateway, url, signal);
  say(`${options.ratePerSecond} requests/s for ${options.durationMs / 1000} s to the gateway, pid ${gateway.pid}`);
  const measured = await underLoad(gateway, url, options, signal);
  const exitCode = await gateway.stop();
  say('verifying the ledger');
  const ledgerFault = await freeway.run(['verify'], signal).then(
    () => undefined,
    (error: unknown) => (error as Error).message,
  );
  signal.throwIfAborted();
  return { ...measured, exitCode, ledgerFault };
}

async function importProgramme(users: number, { freeway, folder, signal }: BenchWorld): Promise<void> {
  const file = join(folder, 'programme.ndjson');
  const lines = function* lines() {
    for (const line of programmeLines(users)) yield `${line}\n`;
  };
  await pipeline(Readable.from(lines()), createWriteStream(file));
  await freeway.run(['import', file], signal);
}

async function underLoad(
  gateway: FreewayProcess,
  url: URL,
  { ratePerSecond, durationMs, users }: MemoryOptions,
  signal: AbortSignal,
): Promise<Pick<MemoryRun, 'traffic' | 'memory' | 'cpu'>> {
  const watch = watchMemory(gateway.pid, url);
  const before = cpuSecondsOf(gateway.pid);
  const basic = Buffer.from(`${CREDENTIALS.username}:${CREDENTIALS.password}`).toString('base64');
  const traffic = await playTraffic({
    ratePerSecond,
    durationMs,
    url: new URL('/v1/jit', url),
    authorization: `Basic ${basic}`,
    signal,
    next: createRequests(createRandom(SEED), users, Date.now),
  });
  const after = cpuSecondsOf(gateway.pid);
  const memory = await watch.end();
  const cpu = before && after && { own: after.own - before.own, descendants: after.descendants - before.descendants };
  return { traffic, memory, cpu };
}

async function untilReady(gateway: FreewayProcess, url: URL, signal: AbortSignal): Promise<void> {
  const givesUpAtMs = performance.now() + READY_TIMEOUT_MS;
  while (performance.now() < givesUpAtMs && gateway.isRunning()) {
    const isReady = await fetch(new URL('/ready', url), { signal }).then(
      (response) => response.ok,
      () => false,
    );
    if (isReady) return;
    await delay(50, undefined, { signal });
  }
  throw new Error(`the gateway is not ready; its log ends with\n${gateway.logTail()}`);
}

/** Free now: the gateway's setting says where it listens, and its log is for people. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
