import { createSignatureCheck, SIGNATURE_ALGORITHMS, type SignatureCheck } from '@freeway/marqeta';
import { storedWebhookBacklog, storeWebhooks } from '@freeway/postgres';
import { createMetrics, type Lifecycle, type Logger, type Settings } from '@freeway/runtime';
import { createCredentialCheck, createHttpServer, listen, operationsRoutes } from '@freeway/runtime/http';
import { createBreaker } from './breaker.ts';
import { startForwarder } from './forwarder.ts';
import { createKeeping } from './keeping.ts';
import { createObserver } from './observer.ts';
import { openPools } from './open-pools.ts';
import { openQueues } from './open-queues.ts';
import { createPublishWebhooks } from './publish-webhooks.ts';
import { watchStores } from './watch-stores.ts';
import { webhookRoute } from './webhook-route.ts';

export interface IntakeParts {
  readonly settings: Settings<'intake'>;
  readonly databaseUrl: string;
  readonly logger: Logger;
  readonly lifecycle: Lifecycle;
}

export interface Intake {
  /** Where it listens, with the port it got. */
  readonly url: string;
}

/** After this Marqeta no longer waits for an answer (PROTOCOL 10.1). */
const MARQETA_WAITS_MS = 5000;

/** Opens queue and stores, starts the forwarder and listens. What it opens is closed by the lifecycle, in reverse. */
export async function startIntake(parts: IntakeParts): Promise<Intake> {
  const { settings, logger, lifecycle } = parts;
  const publishTimeoutMs = settings.WEBHOOK_PUBLISH_TIMEOUT_MS;
  const metrics = createMetrics({ process: 'intake' });
  const observer = createObserver(metrics, logger);
  const breaker = createBreaker(logger);
  const pools = openPools({ ...parts, metrics });
  const queues = await openQueues(parts);
  const health = watchStores({ settings, lifecycle, postgres: pools.store, queues });
  metrics.readGauge('freeway_webhooks_stored_backlog', 'Stored webhooks that were not forwarded yet.', () =>
    // A database that is away has no number; the rest of the page must still be served.
    storedWebhookBacklog(pools.store).catch(() => Number.NaN),
  );
  metrics.readGauge('freeway_webhook_queue_away', '1 while webhooks are stored because the queue is away.', () =>
    breaker.isOpen() ? 1 : 0,
  );
  const publish = createPublishWebhooks({ publisher: queues, breaker, onPublished: observer.published });
  const { keep, inHand } = createKeeping({
    publish,
    store: (webhooks) => storeWebhooks(pools.store, webhooks),
    breaker,
    publishTimeoutMs,
    clock: () => performance.now(),
  });
  metrics.readGauge('freeway_webhooks_in_hand', 'Webhooks received and not yet kept.', inHand);
  const isQueueUp = async () => (await queues.health()).state === 'up';
  // Connects now rather than in the first webhook's time.
  if (!(await isQueueUp())) breaker.open(new Error('the queue does not answer yet'));
  const forwarder = startForwarder({
    postgres: pools.forward,
    publish: (webhooks) => publish(webhooks, publishTimeoutMs),
    isQueueUp,
    breaker,
    onForwarded: observer.forwarded,
    logger,
  });
  lifecycle.onStop('forwarder', () => forwarder.stop());

  const app = createHttpServer({
    bodyLimitBytes: settings.WEBHOOK_BODY_LIMIT_BYTES,
    requestTimeoutMs: MARQETA_WAITS_MS,
    onBodyTooLarge: () => observer.refused(413, 'the body is over the limit'),
    logger,
  });
  await app.register(webhookRoute, {
    isAuthentic: createCredentialCheck({
      username: settings.WEBHOOK_BASIC_AUTH_USERNAME,
      password: settings.WEBHOOK_BASIC_AUTH_PASSWORD,
      usernameNext: settings.WEBHOOK_BASIC_AUTH_USERNAME_NEXT,
      passwordNext: settings.WEBHOOK_BASIC_AUTH_PASSWORD_NEXT,
      headerName: settings.WEBHOOK_HEADER_NAME,
      headerValue: settings.WEBHOOK_HEADER_VALUE,
    }),
    isSigned: signatureCheckOf(settings),
    keep,
    observer,
  });
  await app.register(operationsRoutes, { health, metrics });
  const url = await listen(app, settings.INTAKE_HOST, settings.INTAKE_PORT);
  lifecycle.onStop('http server', () => app.close());
  logger.info({ url, is_signed: settings.WEBHOOK_SIGNATURE_SECRET !== undefined }, 'listening');
  return { url };
}

function signatureCheckOf(settings: Settings<'intake'>): SignatureCheck | undefined {
  const { WEBHOOK_SIGNATURE_SECRET: secret, WEBHOOK_SIGNATURE_SECRET_NEXT: next } = settings;
  if (secret === undefined) return undefined;
  const { WEBHOOK_SIGNATURE_ALGORITHMS: accepted } = settings;
  return createSignatureCheck({
    secrets: next === undefined ? [secret] : [secret, next],
    algorithms: accepted === 'both' ? SIGNATURE_ALGORITHMS : [accepted],
  });
}
