import type { Postgres } from '@freeway/postgres';
import {
  createLives,
  createPlayer,
  DEFAULT_MIX,
  type Lives,
  type Model,
  type Player,
  type Programme,
  type TrafficMix,
} from '@freeway/simulator';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AllSettings } from '../dev/read-all-settings.ts';
import { presentedToGateway, presentedToIntake } from '../simulate/simulated-marqeta.ts';
import type { DemoOptions } from './demo-options.ts';
import type { PlayedFreeway } from './played-freeway.ts';
import { bookedAmong } from './records-state.ts';

/** The platform against one Freeway: who asks the gateway, and who tells the webhook. */
export interface PlayedPlatform {
  readonly player: Player;
  readonly lives: Lives;
}

export interface PlatformTarget {
  readonly freeway: Pick<PlayedFreeway, 'gatewayUrl' | 'intakeUrl' | 'mayDie'>;
  readonly settings: AllSettings;
  readonly programme: Programme;
  readonly model: Model;
  readonly signal: AbortSignal;
}

/** A day of the platform: whole lives fit into a short demo. */
const DAY_MS = 1_500;
/** A second of the platform's retry schedule. */
const SECOND_MS = 10;

export function createPlayedPlatform(target: PlatformTarget, options: DemoOptions): PlayedPlatform {
  const { freeway, settings, programme, model, signal } = target;
  const { gateway, intake } = settings;
  const runId = randomUUID();
  const lives = createLives({
    programme,
    model,
    seed: `${options.seed} ${runId}`,
    dayMs: DAY_MS,
    // A gateway that nobody kills owes an answer to every request: it is asked for again until it comes.
    ...(freeway.mayDie ? {} : { conduct: { repeats: 1 } }),
    webhooks: {
      url: freeway.intakeUrl,
      ...presentedToIntake(intake),
      secondMs: SECOND_MS,
      duplicates: 0.02,
      reorder: 0.05,
    },
  });
  const player = createPlayer({
    url: freeway.gatewayUrl,
    ...presentedToGateway(gateway),
    ratePerSecond: options.ratePerSecond,
    programme,
    model,
    lives,
    seed: options.seed,
    runId,
    mix: mixFor(settings),
    signal,
    ...(options.forMs === undefined ? {} : { durationMs: options.forMs }),
  });
  return { player, lives };
}

/** money.md *unloads*: original credits only where they are enabled. */
function mixFor({ gateway }: AllSettings): TrafficMix {
  return gateway.ORIGINAL_CREDITS ? DEFAULT_MIX : { ...DEFAULT_MIX, original_credit: 0 };
}

/** Tells the player what the ledger has booked, so that its answers can be judged exactly; returns how much is awaited. */
export async function settleBooked(postgres: Postgres, model: Model, player: Player): Promise<number> {
  const awaited = [...model.awaited()];
  player.booked(await bookedAmong(postgres, awaited));
  return [...model.awaited()].length;
}

/** Plays every life to its end and delivers what follows, unless the webhook's endpoint stays away. */
export async function finishLives(lives: Lives, patienceMs: number): Promise<void> {
  const finished = lives.finish();
  await Promise.race([finished, sleep(patienceMs, undefined, { ref: false })]);
  await lives.stop();
}
