import Fastify from 'fastify';
import type { Lifecycle } from '../lifecycle.ts';
import type { Logger } from '../logger.ts';
import { listen } from './listen.ts';
import { operationsRoutes, type OperationsRoutesOptions } from './operations-routes.ts';
import { PROBLEMS, sendProblem } from './problem.ts';

export interface OperationsServerParts extends OperationsRoutesOptions {
  readonly host: string;
  readonly port: number;
  readonly logger: Logger;
  readonly lifecycle: Lifecycle;
}

/** The operations routes for a process that serves nothing else. Resolves to where it listens. */
export async function startOperationsServer(parts: OperationsServerParts): Promise<string> {
  const { host, port, logger, lifecycle } = parts;
  const app = Fastify({ forceCloseConnections: 'idle' });
  app.setErrorHandler((error, _request, reply) => {
    logger.error({ err: error }, 'an operations request failed');
    return sendProblem(reply, PROBLEMS.failed);
  });
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, PROBLEMS.notFound));
  await app.register(operationsRoutes, parts);
  const url = await listen(app, host, port);
  lifecycle.onStop('operations server', () => app.close());
  logger.info({ url }, 'operations routes listening');
  return url;
}
