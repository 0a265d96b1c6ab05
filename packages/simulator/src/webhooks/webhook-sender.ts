import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { createExchange, type Exchange, type ExchangeOptions } from '../exchange.ts';
import { createRandom, type Random } from '../random.ts';
import { signatureHeader, type SigningKey } from './sign-body.ts';
import { collectBatches } from './collect-batches.ts';
import { createTurns, type Turns } from './turns.ts';
import { createWebhookTally, type WebhookReport, type WebhookTally } from './webhook-report.ts';

/** One notification: an element of the array that its category's envelope names (PROTOCOL section 10.3). */
export interface Notification {
  readonly category: string;
  /** Whose it is; several may share one. */
  readonly token: string;
  /** JSON text. */
  readonly text: string;
}

export interface WebhookOptions extends Omit<ExchangeOptions, 'timeoutMs'> {
  readonly signing?: SigningKey;
  readonly seed: string;
  /** PROTOCOL section 10.1: ten of one category in a message, five seconds to answer, ten retries after 4^n seconds. */
  readonly batchMax?: number;
  readonly timeoutMs?: number;
  readonly retriesMax?: number;
  /** How long a second of the retry schedule lasts here. */
  readonly secondMs?: number;
  /** How long a notification waits for others to travel with. */
  readonly lingerMs?: number;
  /** Probability that a notification is sent once more, some time later. */
  readonly duplicates?: number;
  /** Probability that a notification is held back, so that later ones overtake it; and for how long at most. */
  readonly reorder?: number;
  readonly reorderMs?: number;
  /** Messages under way at a time. */
  readonly inFlightMax?: number;
  /** How it waits for a retry; tests look at how long. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<unknown>;
  /** Given up after the last retry. */
  onDropped?(tokens: readonly string[]): void;
}

/** Delivers notifications as the platform does: in batches, at least once, in no particular order. */
export interface WebhookSender {
  send(notification: Notification): void;
  /** Resolves once everything handed over was acknowledged or dropped. */
  drain(): Promise<void>;
  /** Gives up what is not delivered yet; a message under way is still finished. */
  stop(): Promise<void>;
  report(): WebhookReport;
}

interface Stage {
  readonly options: Required<Pick<WebhookOptions, 'retriesMax' | 'secondMs'>> & WebhookOptions;
  readonly exchange: Exchange;
  readonly tally: WebhookTally;
  readonly turns: Turns;
  readonly stopping: AbortSignal;
}

export function createWebhookSender(given: WebhookOptions): WebhookSender {
  const options = { retriesMax: 10, secondMs: 1000, ...given };
  const { batchMax = 10, lingerMs = 20, inFlightMax = 8 } = options;
  const stop = new AbortController();
  const exchange = createExchange({ ...options, timeoutMs: options.timeoutMs ?? 5000 });
  const tally = createWebhookTally();
  const stage: Stage = { options, exchange, tally, turns: createTurns(inFlightMax), stopping: stop.signal };
  const random = createRandom(`webhooks ${options.seed}`);
  const underWay = new Set<Promise<void>>();
  /** Handed over and neither acknowledged nor dropped. */
  let outstanding = 0;
  let idle = Promise.withResolvers<void>();
  idle.resolve();
  const batches = collectBatches({ max: batchMax, lingerMs }, (category, batch) => {
    const delivering = deliver(stage, category, batch).finally(() => {
      underWay.delete(delivering);
      settle(batch.length);
    });
    underWay.add(delivering);
  });

  function settle(count: number): void {
    outstanding -= count;
    if (outstanding === 0) idle.resolve();
  }

  function enqueueAfter(notification: Notification, delayMs: number): void {
    if (outstanding === 0) idle = Promise.withResolvers<void>();
    outstanding++;
    if (delayMs === 0) return batches.add(notification);
    delay(delayMs, undefined, { signal: stop.signal }).then(
      () => batches.add(notification),
      () => settle(1),
    );
  }

  return {
    send(notification) {
      if (stop.signal.aborted) throw new Error('the sender was stopped');
      tally.counts.notifications++;
      const { heldBackMs, againMs } = chances(random, options);
      enqueueAfter(notification, heldBackMs);
      if (againMs === undefined) return;
      tally.counts.duplicates++;
      enqueueAfter(notification, againMs);
    },
    drain: () => idle.promise,
    async stop() {
      stop.abort();
      settle(batches.clear());
      await Promise.all(underWay);
      await exchange.close();
    },
    report: () => tally.report(outstanding),
  };
}

/** Drawn for every notification alike, so that one seed always makes the same choices. */
function chances(
  random: Random,
  { duplicates = 0, reorder = 0, reorderMs = 2000 }: WebhookOptions,
): { readonly heldBackMs: number; readonly againMs: number | undefined } {
  const isHeldBack = random.chance(reorder);
  const heldBackMs = random.between(1, reorderMs);
  const isRepeated = random.chance(duplicates);
  const againMs = random.between(0, reorderMs);
  return { heldBackMs: isHeldBack ? heldBackMs : 0, againMs: isRepeated ? againMs : undefined };
}

function wait(ms: number, signal: AbortSignal): Promise<unknown> {
  return delay(ms, undefined, { signal });
}

/** One message until it is answered 200; after the last retry it is lost (PROTOCOL section 10.1). */
async function deliver(stage: Stage, category: string, batch: readonly Notification[]): Promise<void> {
  const { options, exchange, tally, turns, stopping } = stage;
  const body = `{${JSON.stringify(category)}:[${batch.map(({ text }) => text).join(',')}]}`;
  const headers = options.signing === undefined ? undefined : signatureHeader(body, options.signing);
  const { pause = wait } = options;
  for (let retry = 0; retry <= options.retriesMax; retry++) {
    if (retry > 0) await pause(4 ** retry * options.secondMs, stopping).catch(() => undefined);
    await turns.take();
    if (stopping.aborted) return turns.give();
    const startedMs = performance.now();
    const outcome = await exchange.send(body, headers).finally(turns.give);
    tally.posted(outcome, performance.now() - startedMs, retry > 0);
    if (outcome.kind === 'answered' && outcome.answer.status === 200) {
      tally.counts.acknowledged += batch.length;
      return;
    }
  }
  tally.counts.dropped += batch.length;
  options.onDropped?.(batch.map(({ token }) => token));
}
