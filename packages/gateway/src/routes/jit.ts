import underPressure from '@fastify/under-pressure';
import type { FastifyInstance } from 'fastify';
import type { Authorize } from '../authorize.ts';
import type { CredentialCheck } from '../credentials.ts';
import { PROBLEMS, sendProblem } from '../problem.ts';

export interface JitRouteOptions {
  readonly authorize: Authorize;
  readonly isAuthentic: CredentialCheck;
  /** Milliseconds from the first byte to the last moment at which an answer is of use (money.md *deadline*). */
  readonly deadlineMs: number;
  readonly maxEventLoopDelayMs: number;
  /** Monotonic milliseconds. */
  readonly clock: () => number;
  readonly onRefused: (status: 401 | 413 | 503) => void;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Monotonic milliseconds at which the request reached us. */
    receivedAtMs: number;
  }
}

/** `POST /v1/jit`: what the program gateway funding source's `url` points to (PROTOCOL 3.1). */
export async function jitRoute(app: FastifyInstance, options: JitRouteOptions): Promise<void> {
  app.decorateRequest('receivedAtMs', 0);
  // Amounts must be read from the very text that came, and bytes that are no text refused rather than replaced.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  app.addHook('onRequest', async (request, reply) => {
    request.receivedAtMs = options.clock();
    // Whatever the content type says, the body is JSON (PROTOCOL 3.1). One that is malformed would be answered 415.
    request.headers['content-type'] = undefined;
    if (options.isAuthentic(request.headers)) return;
    options.onRefused(401);
    return sendProblem(reply.header('www-authenticate', 'Basic realm="freeway"'), PROBLEMS.unauthorized);
  });
  await app.register(underPressure, {
    maxEventLoopDelay: options.maxEventLoopDelayMs,
    pressureHandler: (_request, reply) => {
      options.onRefused(503);
      sendProblem(reply.header('retry-after', '1'), PROBLEMS.overloaded);
    },
  });

  app.post('/v1/jit', async (request, reply) => {
    const { receivedAtMs } = request;
    const answer = await options.authorize((request.body as Buffer | undefined) ?? '', {
      source: 'http',
      receivedAtMs,
      deadlineMs: receivedAtMs + options.deadlineMs,
    });
    switch (answer.kind) {
      case 'decided':
        return reply.code(answer.status).header('content-type', 'application/json; charset=utf-8').send(answer.body);
      case 'malformed':
        return sendProblem(
          reply,
          {
            status: 400,
            type: `urn:freeway:${answer.fault.code.replaceAll('_', '-')}`,
            title: 'No decision is possible',
          },
          answer.fault.detail,
        );
      case 'unavailable':
        return sendProblem(reply, PROBLEMS.unavailable, answer.detail);
    }
  });
  app.route({
    method: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE'],
    url: '/v1/jit',
    handler: (_request, reply) => sendProblem(reply.header('allow', 'POST'), PROBLEMS.methodNotAllowed),
  });
}
