import { setTimeout as delay } from 'node:timers/promises';
import type { BenchWorld } from '../bench-world.ts';
import type { ChaosOptions } from '../command-line.ts';
import type { FreewayProcess } from '../freeway.ts';
import { ledgerFaultOf } from '../ledger-fault.ts';
import { createRandom } from '../random.ts';
import { startDatabase } from '../start-database.ts';
import { createMortalProcesses, type MortalProcess } from './chaos-processes.ts';
import { type Kill, killInTurn } from './kill-in-turn.ts';
import { type PlaySummary, readPlaySummary } from './play-summary.ts';
import { createReplayTally, type Replays } from './replays.ts';

export interface ChaosRun {
  readonly kills: readonly Kill[];
  readonly play: PlaySummary;
  readonly replays: Replays;
  /** Processes that did not end well when they were told to. */
  readonly processFaults: readonly string[];
  readonly ledgerFault: string | undefined;
}

const SEED = 1;

/** Kills every process in turn while the simulator plays whole lives against them, and then compares. */
export async function measureChaos(options: ChaosOptions, world: BenchWorld): Promise<ChaosRun> {
  const { say, signal } = world;
  const database = await startDatabase(world);
  const processes = await createMortalProcesses(world);
  say(`starting ${processes.length} processes`);
  await Promise.all(processes.map((process) => process.start()));
  const player = await startPlayer(options, processes, world);
  say(`killing each of them ${options.kills} times within ${options.durationMs / 1000} s`);

  const replays = createReplayTally();
  const kills = await killInTurn({
    ...options,
    processes,
    random: createRandom(SEED),
    signal,
    before: replays.ask,
  });
  say('waiting until every life has ended');
  await player.stop(ENDS_WITHIN_MS);
  signal.throwIfAborted();
  const play = readPlaySummary(player.log());
  for (const process of processes) await replays.ask(process);

  const processFaults: string[] = [];
  for (const { name, stop } of processes) {
    const code = await stop();
    if (code !== 0) processFaults.push(`${name} ended with ${code}`);
  }
  const ledgerFault = await ledgerFaultOf(world);
  await database.stop();
  return { kills, play, replays: replays.total(), processFaults, ledgerFault };
}

/** What `freeway demo` says once it plays. */
const PLAYS = /^log: /m;
const PLAYS_WITHIN_MS = 120_000;

/** Told to stop, it lets every life end, waits for the ledger, and compares. */
const ENDS_WITHIN_MS = 300_000;

async function startPlayer(
  { ratePerSecond, users }: ChaosOptions,
  processes: readonly MortalProcess[],
  { freeway, signal, say }: BenchWorld,
): Promise<FreewayProcess> {
  const urlOf = (name: string): URL | undefined => processes.find((process) => process.name === name)?.url;
  const targets = {
    gateway: new URL('/v1/jit', urlOf('gateway')).href,
    intake: new URL('/v1/webhooks/marqeta', urlOf('intake')).href,
  };
  const options = { ...targets, rate: String(ratePerSecond), users: String(users) };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const player = freeway.start(['demo', ...args, '--json'], {}, 'player');
  say(`seeding ${users} users, and then ${ratePerSecond} requests/s`);
  const givesUpAtMs = performance.now() + PLAYS_WITHIN_MS;
  while (!PLAYS.test(player.log())) {
    if (!player.isRunning() || performance.now() > givesUpAtMs)
      throw new Error(`the player does not play; its log ends with\n${player.logTail()}`);
    await delay(100, undefined, { signal });
  }
  return player;
}
