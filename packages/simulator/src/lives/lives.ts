import { concludeAsked } from './conclude.ts';
import { createRandom } from '../random.ts';
import { createSchedule } from './schedule.ts';
import { createTransitions } from './transitions.ts';
import { createUnasked } from './unasked.ts';
import { DEFAULT_CONDUCT, type Conduct } from './conduct.ts';
import { liveHold, livePromise, liveSingle, type LifeTools } from './script.ts';
import { createPlatform, type Platform } from './platform.ts';
import { createWebhookSender, type WebhookOptions } from '../webhooks/webhook-sender.ts';
import { firstTokenOf } from '../transaction-parts.ts';
import type { GatewayExchange, Happening } from '../records/happening.ts';
import type { Message } from '../message.ts';
import type { Model } from '../model.ts';
import type { Programme } from '../programme.ts';
import type { WebhookReport } from '../webhooks/webhook-report.ts';

export interface LivesOptions {
  readonly webhooks: Omit<WebhookOptions, 'seed' | 'onDropped'>;
  readonly programme: Programme;
  readonly model: Model;
  readonly seed: string;
  /** How long one of the platform's days lasts here: merchants clear after a day or so. */
  readonly dayMs?: number;
  readonly conduct?: Partial<Conduct>;
  readonly now?: () => number;
}

export interface LivesReport {
  readonly webhooks: WebhookReport;
  /** Records by type. */
  readonly records: Readonly<Record<string, number>>;
  /** Debits that are final, minor units by currency. */
  readonly cleared: Readonly<Record<string, bigint>>;
  /** Lives that go on. */
  readonly underWay: number;
}

/** What follows the gateway's answers: records, and the lives of the transactions that were approved. */
export interface Lives {
  readonly platform: Platform;
  readonly conduct: Conduct;
  /** The platform decides what becomes of a transaction that the gateway was asked about. */
  conclude(message: Message, asked: GatewayExchange): void;
  /** Plays every life to its end at once and waits until all of it is delivered, or given up. */
  finish(): Promise<void>;
  /** Ends without delivering what is left. */
  stop(): Promise<void>;
  report(): LivesReport;
}

export function createLives(options: LivesOptions): Lives {
  const { model, programme, seed, dayMs = 2000, now = Date.now } = options;
  const conduct = { ...DEFAULT_CONDUCT, ...options.conduct };
  const sender = createWebhookSender({
    ...options.webhooks,
    seed,
    onDropped: (tokens) => tokens.forEach((token) => model.lost(token)),
  });
  const platform = createPlatform({ model, now, fundingLegs: conduct.fundingLegs, send: sender.send });
  const schedule = createSchedule(dayMs, () => performance.now());
  const random = createRandom(`lives ${seed}`);
  const unasked = createUnasked(programme, random);
  const suspendForAWhile = createTransitions(programme, { platform, model, random });

  function live(happening: Happening): void {
    if (!happening.verdict.isApproved || happening.amountMinor === 0n) return;
    const { message, kind, amountMinor } = happening;
    const tools: LifeTools = {
      platform,
      random: createRandom(`life ${seed} ${message.transactionToken}`),
      heldMinor: (first) => model.chain(firstTokenOf(first))?.heldMinor ?? 0n,
    };
    if (kind.deed === 'hold') schedule.start(liveHold(tools, message));
    else if (kind.deed === 'single') schedule.start(liveSingle(tools, message, amountMinor));
    else if (kind.deed === 'promise') schedule.start(livePromise(tools, message, amountMinor));
  }

  return {
    platform,
    conduct,
    conclude(message, asked) {
      const mayStandIn = message.kind.order === 'gpa_order' && model.books(message);
      live(platform.conclude(concludeAsked(message, asked, { conduct, random, mayStandIn })));
      if (random.chance(conduct.transitions)) schedule.start(suspendForAWhile());
      const other = random.chance(conduct.unasked) ? unasked(now()) : undefined;
      if (other !== undefined) live(platform.conclude(other));
    },
    async finish() {
      schedule.hurry();
      await sender.drain();
      await sender.stop();
    },
    async stop() {
      schedule.stop();
      await sender.stop();
    },
    report: () => ({
      webhooks: sender.report(),
      records: platform.recorded(),
      cleared: platform.cleared(),
      underWay: schedule.waiting(),
    }),
  };
}
