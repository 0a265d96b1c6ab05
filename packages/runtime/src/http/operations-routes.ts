import type { FastifyInstance } from 'fastify';
import { exportHealth } from '../export-health.ts';
import type { Health } from '../health.ts';
import type { Metrics } from '../metrics.ts';
import type { Profiler } from '../profiler.ts';

export interface OperationsRoutesOptions {
  readonly health: Health;
  readonly metrics: Metrics;
  /** Absent where nothing is on the hot path. */
  readonly profiler?: Profiler;
}

/** What operators and their tools read: that it lives, health by service, readiness, metrics, the profile of the hot path. */
export async function operationsRoutes(app: FastifyInstance, options: OperationsRoutesOptions): Promise<void> {
  // Whether the event loop turns, and nothing of what others lack: who asks this ends what does not answer.
  app.get('/live', () => ({ live: true }));
  exportHealth(options.metrics, options.health);
  app.get('/health', async (_request, reply) => {
    const report = await options.health.report();
    return reply.code(report.state === 'down' ? 503 : 200).send(report);
  });
  app.get('/ready', async (_request, reply) => {
    const readiness = await options.health.ready();
    return reply.code(readiness.ready ? 200 : 503).send(readiness);
  });
  app.get('/metrics', async (_request, reply) =>
    reply.header('content-type', options.metrics.contentType).send(await options.metrics.text()),
  );
  const { profiler } = options;
  if (profiler !== undefined) app.get('/profile', async () => profiler.snapshot());
}
