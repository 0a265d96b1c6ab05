import type { BenchWorld } from '../bench-world.ts';
import { freePort } from '../free-port.ts';
import type { FreewayProcess } from '../freeway.ts';
import { untilReady } from '../until-ready.ts';

/** A process that is killed and started again, always at the same place. */
export interface MortalProcess {
  readonly name: string;
  readonly url: URL;
  kill(): Promise<void>;
  /** Resolves once it says that it is ready. */
  start(): Promise<void>;
  /** Tells it to stop; what it ended with. */
  stop(): Promise<number | null>;
}

const CREDENTIALS = { username: 'bench', password: 'Bench-only-password-1' };

/** Of every process, and of whoever plays against them. */
export const CHAOS_SETTINGS: Readonly<Record<string, string>> = {
  JIT_BASIC_AUTH_USERNAME: CREDENTIALS.username,
  JIT_BASIC_AUTH_PASSWORD: CREDENTIALS.password,
  WEBHOOK_BASIC_AUTH_USERNAME: CREDENTIALS.username,
  WEBHOOK_BASIC_AUTH_PASSWORD: CREDENTIALS.password,
  ORIGINAL_CREDITS: 'true',
  ORIGINAL_CREDIT_MAX: '1000000',
};

const PROCESSES: readonly { readonly args: readonly string[]; readonly port: string }[] = [
  { args: ['gateway'], port: 'PORT' },
  { args: ['intake'], port: 'INTAKE_PORT' },
  { args: ['relay'], port: 'OPERATIONS_PORT' },
  { args: ['worker', 'jit-funding-queue'], port: 'OPERATIONS_PORT' },
  { args: ['worker', 'webhook-queue'], port: 'OPERATIONS_PORT' },
  { args: ['worker', 'transaction-processing-queue'], port: 'OPERATIONS_PORT' },
  { args: ['sweeper'], port: 'OPERATIONS_PORT' },
];

export const PROCESS_COUNT = PROCESSES.length;

/** Every process of Freeway but the database, each of its own. None is started yet. */
export async function createMortalProcesses({ freeway, signal }: BenchWorld): Promise<readonly MortalProcess[]> {
  const processes: MortalProcess[] = [];
  for (const { args, port } of PROCESSES) {
    const url = new URL(`http://127.0.0.1:${await freePort()}`);
    let running: FreewayProcess | undefined;
    processes.push({
      name: args.join(' '),
      url,
      kill: async () => running?.kill(),
      async start() {
        running = freeway.start(args, { [port]: url.port });
        await untilReady(running, url, signal);
      },
      stop: async () => running?.stop() ?? null,
    });
  }
  return processes;
}
