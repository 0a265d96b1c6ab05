import type { BenchWorld } from '../bench-world.ts';
import type { MemoryOptions } from '../command-line.ts';
import { freePort } from '../free-port.ts';
import type { FreewayProcess } from '../freeway.ts';
import { importProgramme } from '../import-programme.ts';
import { ledgerFaultOf } from '../ledger-fault.ts';
import { type CpuSeconds, cpuSecondsOf } from '../process-usage.ts';
import { createRandom } from '../random.ts';
import { untilReady } from '../until-ready.ts';
import { createRequests } from './create-requests.ts';
import { playTraffic, type TrafficResult } from './traffic.ts';
import { type MemoryResult, watchMemory } from './watch-memory.ts';

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
const SEED = 1;

/** A ledger of its own, a gateway of its own, constant traffic, and then the ledger's invariants. */
export async function measureMemory(options: MemoryOptions, world: BenchWorld): Promise<MemoryRun> {
  const { freeway, signal, say } = world;
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
  return { ...measured, exitCode, ledgerFault: await ledgerFaultOf(world) };
}

async function underLoad(
  gateway: FreewayProcess,
  url: URL,
  { ratePerSecond, durationMs, users }: MemoryOptions,
  signal: AbortSignal,
): Promise<Pick<MemoryRun, 'traffic' | 'memory' | 'cpu'>> {
  const watch = watchMemory(gateway.pid, url);
  const before = cpuSecondsOf(gateway.pid);
  const traffic = await playTraffic({
    ratePerSecond,
    durationMs,
    url: new URL('/v1/jit', url),
    credentials: CREDENTIALS,
    signal,
    next: createRequests(createRandom(SEED), users, Date.now),
  });
  const after = cpuSecondsOf(gateway.pid);
  const memory = await watch.end();
  const cpu = before && after && { own: after.own - before.own, descendants: after.descendants - before.descendants };
  return { traffic, memory, cpu };
}
