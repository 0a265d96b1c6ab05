import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setImmediate as immediate, setTimeout as delay } from 'node:timers/promises';
import { checkAnswer, declineReasonOf } from './check-answer.ts';
import { createExchange } from './exchange.ts';
import { createRandom } from './random.ts';
import { createTally } from './traffic-report.ts';
import { createTraffic, isRetold } from './traffic.ts';
import { DEFAULT_MIX } from './traffic-mix.ts';
import type { Answer } from './check-answer.ts';
import type { Exchange, ExchangeOptions, Outcome } from './exchange.ts';
import type { GatewayExchange } from './records/happening.ts';
import type { Lives } from './lives/lives.ts';
import type { Model, Prediction } from './model.ts';
import type { Planned, Traffic } from './traffic.ts';
import type { Programme } from './programme.ts';
import type { Random } from './random.ts';
import type { Tally, TrafficReport } from './traffic-report.ts';
import type { TrafficMix } from './traffic-mix.ts';

export interface PlayOptions extends Omit<ExchangeOptions, 'timeoutMs'> {
  readonly ratePerSecond: number;
  readonly programme: Programme;
  readonly model: Model;
  /** Selects cards, merchants, amounts and what is played. */
  readonly seed: number;
  /** Makes tokens unique among runs with the same seed on one ledger; random unless given. */
  readonly runId?: string;
  /** Stops new arrivals; what is under way is still finished. */
  readonly signal?: AbortSignal;
  /** Stops by itself after this long; without it and a signal, never. */
  readonly durationMs?: number;
  /** PROTOCOL section 8: the platform waits 3 s. */
  readonly timeoutMs?: number;
  readonly mix?: TrafficMix;
  /** How often, and after how long at first, an unanswered message is sent again; the pause doubles up to 1 s, unless it is longer. */
  readonly retry?: { readonly attempts: number; readonly pauseMs: number };
  /** How long after the end unanswered messages are still sent again. */
  readonly drainMs?: number;
  /** Wall clock for the messages' times. */
  readonly now?: () => number;
  /** What follows the answers; without them the gateway is asked and nothing is heard of it again. */
  readonly lives?: Lives;
  onOutcome?(outcome: PlayedOutcome): void;
  /** Every try of a message, with when it was sent and when it ended, by `performance.now`. */
  onTry?(outcome: Outcome, sentAtMs: number, endedAtMs: number): void;
}

/** One message that was answered, or given up. */
export interface PlayedOutcome {
  readonly planned: Planned;
  readonly prediction: Prediction;
  readonly answer?: Answer;
  readonly faults: readonly string[];
}

export interface Player {
  /** Plays until stopped, then waits for what is under way. Call once. */
  run(): Promise<TrafficReport>;
  /** The report so far. */
  statistics(): TrafficReport;
  /** The ledger has booked the records of these transactions: answers about their accounts are exact again. */
  booked(transactionTokens: Iterable<string>): void;
}

/** Plays the platform against a gateway and checks every answer. */
export function playTraffic(options: PlayOptions): Promise<TrafficReport> {
  return createPlayer(options).run();
}

export function createPlayer(options: PlayOptions): Player {
  const { programme, model, seed, runId = randomUUID(), mix = DEFAULT_MIX } = options;
  const busy = new Set<string>();
  const random = createRandom(`traffic ${seed} ${runId}`);
  const arrivals = createRandom(`arrivals ${seed} ${runId}`);
  const traffic = createTraffic({ programme, model, random, mix, isBusy: (key) => busy.has(key) });
  const tally = createTally(() => performance.now());
  const exchange = createExchange({ ...options, timeoutMs: options.timeoutMs ?? 3_000 });
  const stage: Stage = {
    options,
    model,
    traffic,
    tally,
    exchange,
    busy,
    chances: createRandom(`platform ${seed} ${runId}`),
    giveUpAtMs: Infinity,
  };
  return {
    async run() {
      tally.begin();
      const underWay = new Set<Promise<void>>();
      await arrive(
        options,
        () => arrivals.next(),
        (plannedAtMs) => {
          const playing = playOne(stage, plannedAtMs).finally(() => underWay.delete(playing));
          underWay.add(playing);
        },
      );
      stage.giveUpAtMs = performance.now() + (options.drainMs ?? 5_000);
      await Promise.all(underWay);
      await exchange.close();
      return tally.report();
    },
    statistics: () => tally.report(),
    booked(tokens) {
      for (const token of tokens) model.arrived(token, (key) => busy.has(key));
    },
  };
}

interface Stage {
  readonly options: PlayOptions;
  readonly model: Model;
  readonly traffic: Traffic;
  readonly tally: Tally;
  readonly exchange: Exchange;
  /** Accounts with a message under way, and those whose last message was never answered. */
  readonly busy: Set<string>;
  readonly chances: Random;
  /** No message is sent again after this; a time of `performance.now`. */
  giveUpAtMs: number;
}

/** Arrivals sent in a row without looking at the network. */
const BURST_MAX = 32;

/**
 * Open loop: arrivals keep their times (exponential gaps) however slow the answers are, as cardholders do; late ones
 * are sent at once and their lateness counts as latency.
 */
async function arrive(options: PlayOptions, next: () => number, fire: (plannedAtMs: number) => void): Promise<void> {
  const { ratePerSecond, durationMs = Infinity, signal } = options;
  const startedAtMs = performance.now();
  const stopAtMs = startedAtMs + durationMs;
  let plannedAtMs = startedAtMs;
  let fired = 0;
  const isStopped = (): boolean => signal?.aborted === true;
  while (!isStopped()) {
    plannedAtMs += (-Math.log(1 - next()) * 1_000) / ratePerSecond;
    const isLast = plannedAtMs >= stopAtMs;
    const waitMs = Math.min(plannedAtMs, stopAtMs) - performance.now();
    if (waitMs >= 1) await delay(Math.floor(waitMs), undefined, signal && { signal }).catch(ignoreAbort);
    // When it is far behind, answers must still be read.
    else if (fired % BURST_MAX === 0) await immediate();
    if (isLast || isStopped()) return;
    fired++;
    fire(Math.min(plannedAtMs, performance.now()));
  }
}

function ignoreAbort(error: unknown): void {
  if ((error as { readonly name?: unknown }).name !== 'AbortError') throw error;
}

async function playOne(stage: Stage, plannedAtMs: number): Promise<void> {
  const { options, model, traffic, tally, busy } = stage;
  const planned = traffic.next((options.now ?? Date.now)());
  if (planned === undefined) return tally.skipped();
  const { message } = planned;
  const key = model.accountOf(message);
  if (key !== undefined) busy.add(key);
  tally.sent(planned);
  const { answer, durationMs, timedOut } = await ask(stage, planned, plannedAtMs);
  // Only now: a record that was told meanwhile may have reached the gateway before the message did.
  const prediction = model.predict(message);
  if (answer === undefined) {
    giveUp(stage, planned, { durationMs, timedOut }, key);
    return options.onOutcome?.({ planned, prediction, faults: [] });
  }
  const faults = checkAnswer(message, prediction, answer, planned.repeatOf);
  tally.answered(planned, prediction, answer, faults);
  if (answer.status === 200 || answer.status === 402) {
    const { status } = answer;
    model.settle(message, prediction, {
      status,
      ...(status === 402 ? { declineReason: declineReasonOf(answer) } : {}),
    });
    traffic.answered(planned, answer);
  }
  if (!isRetold(planned.play)) options.lives?.conclude(message, { durationMs, timedOut: false, answer });
  if (key !== undefined) busy.delete(key);
  options.onOutcome?.({ planned, prediction, answer, faults });
}

/** No answer came. With lives the platform decides, and the model follows its record; without, nobody will ever know. */
function giveUp(stage: Stage, { message, play }: Planned, asked: GatewayExchange, key: string | undefined): void {
  const { options, model, tally, busy } = stage;
  tally.unanswered();
  if (options.lives === undefined) {
    // The account stays busy: what it holds is not known, so no further answer could be judged.
    return model.doubt(message);
  }
  if (!isRetold(play)) {
    model.suspect(message);
    options.lives.conclude(message, asked);
  }
  if (key !== undefined) busy.delete(key);
}

/**
 * Sends a message until it is answered. After a time-out, a broken connection or a 5xx the gateway may have booked it
 * or not; the same message again must then find the stored answer, or be decided for the first time (PROTOCOL section
 * 8). With lives the platform mostly does not ask again. No answer when no try was answered.
 */
async function ask(stage: Stage, planned: Planned, plannedAtMs: number): Promise<GatewayExchange> {
  const { exchange, tally } = stage;
  const { pauseMs } = stage.options.retry ?? RETRY;
  const attempts = attemptsFor(stage);
  let timedOut = false;
  for (let attempt = 1; attempt <= attempts && performance.now() < stage.giveUpAtMs; attempt++) {
    const sentAtMs = performance.now();
    const outcome = await exchange.send(planned.body);
    stage.options.onTry?.(outcome, sentAtMs, performance.now());
    if (outcome.kind === 'answered' && outcome.answer.status < 500) {
      const { answer } = outcome;
      if (attempt === 1) tally.latency(performance.now() - plannedAtMs);
      else tally.recovered();
      return { answer, durationMs: Math.round(performance.now() - plannedAtMs), timedOut: false };
    }
    timedOut = outcome.kind === 'timed_out';
    if (outcome.kind === 'timed_out') tally.timedOut();
    else if (outcome.kind === 'connection_error') tally.connectionError(outcome.code);
    else tally.serverError(outcome.answer.status);
    if (attempt < attempts) await delay(Math.min(Math.max(1_000, pauseMs), pauseMs * 2 ** (attempt - 1)));
  }
  return { durationMs: Math.round(performance.now() - plannedAtMs), timedOut };
}

const RETRY = { attempts: 10, pauseMs: 100 };

function attemptsFor({ options, chances }: Stage): number {
  const { attempts } = options.retry ?? RETRY;
  return options.lives === undefined || chances.chance(options.lives.conduct.repeats) ? attempts : 1;
}
