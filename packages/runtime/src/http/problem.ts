import type { FastifyReply } from 'fastify';

/** An answer that is no decision (RFC 9457). `type` is a stable name, not an address. */
export interface Problem {
  readonly status: number;
  readonly type: string;
  readonly title: string;
  readonly detail?: string;
}

export const PROBLEMS = {
  badRequest: { status: 400, type: 'urn:freeway:bad-request', title: 'The request is not usable' },
  unauthorized: { status: 401, type: 'urn:freeway:unauthorized', title: 'Wrong or missing credentials' },
  bodyTooLarge: { status: 413, type: 'urn:freeway:body-too-large', title: 'The body is over the limit' },
  notFound: { status: 404, type: 'urn:freeway:not-found', title: 'There is nothing here' },
  methodNotAllowed: { status: 405, type: 'urn:freeway:method-not-allowed', title: 'Only POST is answered here' },
  overloaded: { status: 503, type: 'urn:freeway:overloaded', title: 'Too much at once' },
  failed: { status: 500, type: 'urn:freeway:failed', title: 'The request failed' },
} as const satisfies Record<string, Problem>;

export function sendProblem(reply: FastifyReply, problem: Problem, detail?: string): FastifyReply {
  const body = detail === undefined ? problem : { ...problem, detail };
  return reply.code(problem.status).header('content-type', 'application/problem+json').send(JSON.stringify(body));
}
