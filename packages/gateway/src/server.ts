import Fastify, { type FastifyInstance } from 'fastify';
import type { Logger } from '@freeway/runtime';
import { PROBLEMS, sendProblem } from './problem.ts';
import { jitRoute, type JitRouteOptions } from './routes/jit.ts';
import { operationsRoutes, type OperationsRoutesOptions } from './routes/operations.ts';

export interface ServerOptions extends JitRouteOptions, OperationsRoutesOptions {
  readonly bodyLimitBytes: number;
  readonly logger: Logger;
}

/** The gateway's HTTP server, without listening. */
export async function buildServer(options: ServerOptions): Promise<FastifyInstance> {
  const app = Fastify({
    bodyLimit: options.bodyLimitBytes,
    // Longer than the keep-alive of common proxies: the side that reuses a connection must not be the one to lose it.
    keepAliveTimeout: 75_000,
    // A request that is not here by then cannot be answered in time; nor may it keep us from stopping.
    requestTimeout: options.deadlineMs,
    http: { headersTimeout: options.deadlineMs, connectionsCheckingInterval: 500 },
    // Requests in hand are answered while we drain; a balancer learns from `connection: close` and from /ready.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
  });
  // Fastify says so to requests that come while it closes; a connection that was in use then would be kept open after its
  // answer, and closing would wait for it.
  let closing = false;
  app.addHook('preClose', (done) => {
    closing = true;
    done();
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (closing) reply.header('connection', 'close');
    done();
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    if (error.statusCode === 413) {
      options.onRefused(413);
      return sendProblem(reply, PROBLEMS.bodyTooLarge);
    }
    if (error.statusCode !== undefined && error.statusCode < 500) {
      return sendProblem(reply, {
        status: error.statusCode,
        type: 'urn:freeway:bad-request',
        title: 'The request is not usable',
      });
    }
    options.logger.error({ err: error }, 'a request failed');
    return sendProblem(reply, PROBLEMS.failed);
  });
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, PROBLEMS.notFound));
  await app.register(jitRoute, options);
  await app.register(operationsRoutes, options);
  return app;
}
