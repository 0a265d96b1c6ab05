import underPressure from '@fastify/under-pressure';
import {
  type CredentialCheck,
  guardRoute,
  type Problem,
  PROBLEMS,
  refuseOtherMethods,
  sendProblem,
} from '@freeway/runtime/http';
import type { FastifyInstance } from 'fastify';
import type { Authorize } from '../authorize.ts';

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

const LEDGER_UNAVAILABLE: Problem = {
  status: 503,
  type: 'urn:freeway:ledger-unavailable',
  title: 'The ledger cannot answer',
};

/** `POST /v1/jit`: what the program gateway funding source's `url` points to (PROTOCOL 3.1). */
export async function jitRoute(app: FastifyInstance, options: JitRouteOptions): Promise<void> {
  app.decorateRequest('receivedAtMs', 0);
  app.addHook('onRequest', (request, _reply, done) => {
    request.receivedAtMs = options.clock();
    done();
  });
  guardRoute(app, { isAuthentic: options.isAuthentic, onUnauthorized: () => options.onRefused(401) });
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
        return sendProblem(reply, LEDGER_UNAVAILABLE, answer.detail);
    }
  });
  refuseOtherMethods(app, '/v1/jit');
}
