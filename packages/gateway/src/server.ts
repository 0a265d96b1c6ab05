import type { Logger } from '@freeway/runtime';
import { createHttpServer, operationsRoutes, type OperationsRoutesOptions } from '@freeway/runtime/http';
import type { FastifyInstance } from 'fastify';
import { jitRoute, type JitRouteOptions } from './routes/jit.ts';

export interface ServerOptions extends JitRouteOptions, OperationsRoutesOptions {
  readonly bodyLimitBytes: number;
  readonly logger: Logger;
}

/** The gateway's HTTP server, without listening. */
export async function buildServer(options: ServerOptions): Promise<FastifyInstance> {
  const { bodyLimitBytes, logger } = options;
  const app = createHttpServer({
    bodyLimitBytes,
    // What is not here by then cannot be answered in time.
    requestTimeoutMs: options.deadlineMs,
    onBodyTooLarge: () => options.onRefused(413),
    logger,
  });
  await app.register(jitRoute, options);
  await app.register(operationsRoutes, options);
  return app;
}
