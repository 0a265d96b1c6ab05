import Fastify, { type FastifyInstance } from 'fastify';
import type { Logger } from '../logger.ts';
import { drainConnections } from './drain-connections.ts';
import { PROBLEMS, sendProblem } from './problem.ts';

export interface HttpServerOptions {
  readonly bodyLimitBytes: number;
  /** A request that is not here by then is of no use; nor may it keep us from stopping. */
  readonly requestTimeoutMs: number;
  readonly onBodyTooLarge: () => void;
  readonly logger: Logger;
}

/** A server for the platform's requests, without routes and without listening. Whatever goes wrong is a problem body. */
export function createHttpServer(options: HttpServerOptions): FastifyInstance {
  const app = Fastify({
    bodyLimit: options.bodyLimitBytes,
    // Longer than the keep-alive of common proxies: the side that reuses a connection must not be the one to lose it.
    keepAliveTimeout: 75_000,
    requestTimeout: options.requestTimeoutMs,
    http: { headersTimeout: options.requestTimeoutMs, connectionsCheckingInterval: 500 },
    // Requests in hand are answered while we drain; a balancer learns from `connection: close` and from /ready.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
  });
  // Fastify says so to requests that come while it closes; a connection that was in use then would be kept open after its
  // answer, and closing would wait for it.
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
    await drainConnections(app.server);
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (closing) reply.header('connection', 'close');
    done();
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    if (error.statusCode === 413) {
      options.onBodyTooLarge();
      return sendProblem(reply, PROBLEMS.bodyTooLarge);
    }
    if (error.statusCode !== undefined && error.statusCode < 500) {
      return sendProblem(reply, { ...PROBLEMS.badRequest, status: error.statusCode });
    }
    options.logger.error({ err: error }, 'a request failed');
    return sendProblem(reply, PROBLEMS.failed);
  });
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, PROBLEMS.notFound));
  return app;
}
