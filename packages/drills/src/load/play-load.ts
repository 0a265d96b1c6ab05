import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { watchOwnDelay } from './watch-own-delay.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  buildProgramme,
  createModel,
  createPlayer,
  DEFAULT_MIX,
  type PlayedOutcome,
  type TrafficMix,
  type TrafficReport,
} from '@freeway/simulator';
import { CREDENTIALS, type Gateway, runFreeway } from '../ground/freeway.ts';
import type { Ground } from '../ground/open-ground.ts';
import { type AnswerTimeline, createAnswerTimeline } from './answer-timeline.ts';

/** A decision that left the gateway: what the caller was told must stay true. */
export interface Acknowledged {
  readonly messageToken: string;
  readonly transactionToken: string;
  readonly status: number;
  readonly request: string;
  readonly answer: string;
  readonly gatewayUrl: string;
  /** When the message was made, by the wall clock: no try of it was sent before. */
  readonly madeAtEpochMs: number;
  /** When the answer was there, by `performance.now`. */
  readonly atMs: number;
}

export interface Load {
  readonly timeline: AnswerTimeline;
  readonly acknowledged: readonly Acknowledged[];
  /** Answers that the simulator's own model of the ledger says are wrong, with what is wrong. */
  readonly wrong: readonly string[];
  readonly startedAtMs: number;
  /** Waits for the last answer; what was not answered is sent again until it is. */
  finished(): Promise<readonly TrafficReport[]>;
  /** No new authorizations from now on. */
  stop(): void;
}

export interface LoadOptions {
  readonly gateways: readonly Gateway[];
  readonly ratePerSecond: number;
  readonly forMs: number;
  /** Distinguishes the tokens of several loads on one ledger. */
  readonly runId: string;
}

export const USERS = 2000;

/** Only what leaves a decision behind: its answer can be looked up by token, and must come again. */
const MIX: TrafficMix = {
  ...(Object.fromEntries(Object.keys(DEFAULT_MIX).map((play) => [play, 0])) as TrafficMix),
  authorization: 70,
  auth_plus_capture: 7,
  pin_debit: 5,
  atm_withdrawal: 3,
  increment: 5,
  refund: 3,
  repeat: 4,
  new_message: 2,
  over_limit: 1,
};

/** For longer than a failover takes, and so seldom that those sent again are no load of their own. */
const RETRY = { attempts: 60, pauseMs: 4_000 };
const DRAIN_MS = 60_000;

/** Longer than the platform waits: an answer that comes late is to be told from none, and from one that we came late to see. */
const TIMEOUT_MS = 10_000;

/** A programme of its own for each gateway: the model of each must know of everything that happens to its accounts. */
export async function seedProgrammes(
  ground: Ground,
  count: number,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  for (let seed = 1; seed <= count; seed++)
    await runFreeway(ground, ['seed', '--users', String(USERS), '--seed', String(seed)], env);
}

/** Begins to play the platform against all the gateways, each with its share of the rate; every answer is judged and kept. */
export function startLoad(ground: Ground, { gateways, ratePerSecond, forMs, runId }: LoadOptions): Load {
  const timeline = createAnswerTimeline();
  const acknowledged: Acknowledged[] = [];
  const wrong: string[] = [];
  const stopping = new AbortController();
  const signal = AbortSignal.any([ground.signal, stopping.signal]);

  const players = gateways.map(({ url }, index) => {
    const programme = buildProgramme({ seed: index + 1, users: USERS });
    return createPlayer({
      url,
      credentials: CREDENTIALS,
      programme,
      model: createModel(programme),
      seed: index + 1,
      runId: `${runId} ${index + 1}`,
      ratePerSecond: ratePerSecond / gateways.length,
      durationMs: forMs,
      mix: MIX,
      retry: RETRY,
      timeoutMs: TIMEOUT_MS,
      drainMs: DRAIN_MS,
      signal,
      onTry: (outcome, sentAtMs, endedAtMs) =>
        timeline.add({
          sentAtMs,
          endedAtMs,
          ...(outcome.kind === 'answered' ? { status: outcome.answer.status } : {}),
        }),
      onOutcome(outcome) {
        for (const fault of outcome.faults) wrong.push(`${outcome.planned.play}: ${fault}`);
        const told = acknowledgedBy(outcome, url);
        if (told !== undefined) acknowledged.push(told);
      },
    });
  });
  const stopWatching = watchOwnDelay((atMs, lateMs) => timeline.ownDelay(atMs, lateMs));
  const startedAtMs = performance.now();
  const running = Promise.all(players.map((player) => player.run()));
  running.catch(() => undefined);
  // Of use with --keep, to whoever asks what happened when.
  const written = running
    .finally(stopWatching)
    .finally(() => writeFileSync(join(ground.folder, 'answers.ndjson'), timeline.lines()));
  written.catch(() => undefined);
  return {
    timeline,
    acknowledged,
    wrong,
    startedAtMs,
    finished: () => written,
    stop: () => stopping.abort(),
  };
}

function acknowledgedBy({ planned, answer }: PlayedOutcome, gatewayUrl: string): Acknowledged | undefined {
  if (answer === undefined || (answer.status !== 200 && answer.status !== 402)) return undefined;
  const { messageToken, transactionToken, receivedAtMs: madeAtEpochMs } = planned.message;
  const { status, body } = answer;
  return {
    messageToken,
    transactionToken,
    status,
    request: planned.body,
    answer: body,
    gatewayUrl,
    madeAtEpochMs,
    atMs: performance.now(),
  };
}

/** Waits until so much of the load's time has gone by. */
export async function untilPart(ground: Ground, load: Load, forMs: number, part: number): Promise<void> {
  const waitMs = load.startedAtMs + forMs * part - performance.now();
  await sleep(Math.max(0, waitMs), undefined, { signal: ground.signal });
}
