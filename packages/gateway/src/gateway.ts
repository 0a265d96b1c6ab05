import type { ServiceHealth } from '@freeway/core';
import { createHealth, createMetrics, type Lifecycle, type Logger, type Settings } from '@freeway/runtime';
import { createCredentialCheck, type CredentialOptions, listen } from '@freeway/runtime/http';
import { type Authorizer, openAuthorizer } from './authorizer.ts';
import { buildServer } from './server.ts';

export interface GatewayParts {
  readonly settings: Settings<'gateway'>;
  readonly databaseUrl: string;
  readonly logger: Logger;
  readonly lifecycle: Lifecycle;
  /** Services of other processes that share this one, for `/health`; none of them is required. */
  readonly alsoCheck?: Readonly<Record<string, () => Promise<ServiceHealth>>>;
}

export interface Gateway {
  /** Where it listens, with the port it got. */
  readonly url: string;
  readonly authorizer: Authorizer;
}

/** Opens the stores, builds the server and listens. What it opens is closed by the lifecycle, in reverse. */
export async function startGateway(parts: GatewayParts): Promise<Gateway> {
  const { settings, databaseUrl, logger, lifecycle } = parts;
  const metrics = createMetrics({ process: 'gateway' });
  const authorizer = openAuthorizer({ settings, databaseUrl, logger, metrics, lifecycle });
  const health = createHealth({ serving: () => lifecycle.state() === 'running' });
  health.add('postgres', { required: true }, async () => {
    await authorizer.postgres.query('health', (sql) => sql`select 1`);
    return { state: 'up', detail: 'the ledger answers' };
  });
  const { redis } = authorizer;
  if (redis !== undefined) health.add('redis', { required: false }, () => redis.health());
  for (const [name, check] of Object.entries(parts.alsoCheck ?? {})) health.add(name, { required: false }, check);

  const refused = metrics.counters('freeway_requests_refused_total', 'Requests refused before decoding.', 'status', [
    '401',
    '413',
    '503',
  ]);
  const app = await buildServer({
    authorize: authorizer.authorize,
    isAuthentic: createCredentialCheck(credentialsOf(settings)),
    deadlineMs: authorizer.deadlineMs,
    maxEventLoopDelayMs: settings.MAX_EVENT_LOOP_DELAY_MS,
    clock: () => performance.now(),
    onRefused: (status) => refused[`${status}`].inc(),
    bodyLimitBytes: settings.BODY_LIMIT_BYTES,
    logger,
    health,
    metrics,
    profiler: authorizer.profiler,
  });
  await authorizer.warmUp().catch((error: unknown) => logger.error({ err: error }, 'the ledger does not answer yet'));
  const url = await listen(app, settings.HOST, settings.PORT);
  lifecycle.onStop('http server', () => app.close());
  logger.info({ url, deadline_ms: authorizer.deadlineMs }, 'listening');
  return { url, authorizer };
}

/** What the program gateway funding source presents. */
function credentialsOf(settings: Settings<'gateway'>): CredentialOptions {
  return {
    username: settings.JIT_BASIC_AUTH_USERNAME,
    password: settings.JIT_BASIC_AUTH_PASSWORD,
    usernameNext: settings.JIT_BASIC_AUTH_USERNAME_NEXT,
    passwordNext: settings.JIT_BASIC_AUTH_PASSWORD_NEXT,
    headerName: settings.JIT_HEADER_NAME,
    headerValue: settings.JIT_HEADER_VALUE,
  };
}
