import { createRateLimitedLog, type Logger, type Metrics } from '@freeway/runtime';
import type { Kept } from './keeping.ts';

const REFUSED = ['400', '401', '413', '503'] as const;
type Refusal = 400 | 401 | 413 | 503;

/** Told of what happens to webhooks; counts it, and says what a person must know, at a bounded rate and without bodies. */
export interface IntakeObserver {
  /** A request to the route was answered, whatever with. */
  answered(tookMs: number): void;
  refused(status: Refusal, why: string, error?: unknown): void;
  kept(where: Kept): void;
  pinged(): void;
  /** A batch of them was confirmed by the queue. */
  published(tookMs: number): void;
  forwarded(count: number): void;
}

export function createObserver(metrics: Metrics, logger: Logger): IntakeObserver {
  const received = metrics.counter('freeway_webhooks_received_total', 'Webhooks answered, whatever with.');
  const refused = metrics.counters(
    'freeway_webhooks_refused_total',
    'Webhooks not answered 200, by status.',
    'status',
    REFUSED,
  );
  const kept = {
    published: metrics.counter('freeway_webhooks_published_total', 'Webhooks answered once the queue had them.'),
    stored: metrics.counter('freeway_webhooks_stored_total', 'Webhooks answered once PostgreSQL had stored them.'),
  };
  const forwarded = metrics.counter('freeway_webhooks_forwarded_total', 'Stored webhooks published after all.');
  const pings = metrics.counter('freeway_webhook_pings_total', 'Pings answered.');
  const took = metrics.histogram('freeway_webhook_seconds', 'Time from the headers of a webhook to its answer.');
  const publish = metrics.histogram('freeway_webhook_publish_seconds', 'Time until the queue confirms one batch.');
  const log = createRateLimitedLog(logger, performance.now.bind(performance));

  return {
    answered(tookMs) {
      received.inc();
      took.observe(tookMs / 1000);
    },
    refused(status, why, error) {
      refused[`${status}`].inc();
      const level = status === 503 ? 'error' : 'warn';
      log(
        `${status}`,
        1000,
        level,
        { status, why, ...(error === undefined ? {} : { err: error }) },
        'refused a webhook',
      );
    },
    kept: (where) => kept[where].inc(),
    pinged: () => pings.inc(),
    published: (tookMs) => publish.observe(tookMs / 1000),
    forwarded: (count) => forwarded.inc(count),
  };
}
