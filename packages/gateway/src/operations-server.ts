import Fastify from 'fastify';
import type { AddressInfo } from 'node:net';
import type { Lifecycle, Logger } from '@freeway/runtime';
import { PROBLEMS, sendProblem } from './problem.ts';
import { operationsRoutes, type OperationsRoutesOptions } from './routes/operations.ts';

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
  await app.listen({ host, port });
  lifecycle.onStop('operations server', () => app.close());
  const bound = app.server.address() as AddressInfo;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${bound.port}`;
  logger.info({ url }, 'operations routes listening');
  return url;
}
