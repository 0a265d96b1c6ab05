import type { FastifyInstance } from 'fastify';
import type { CredentialCheck } from './credentials.ts';
import { PROBLEMS, sendProblem } from './problem.ts';

export interface GuardOptions {
  readonly isAuthentic: CredentialCheck;
  readonly onUnauthorized: () => void;
}

/** One type for all bodies: Fastify looks its parser up, which it would have to search for a body without type. */
const ANY_BODY = 'application/json';

/**
 * Makes a plugin's routes such as the platform calls: credentials are looked at before anything else, and bodies are the
 * very bytes that came, because amounts and signatures are read from them and bytes that are no text are refused rather
 * than replaced.
 */
export function guardRoute(app: FastifyInstance, { isAuthentic, onUnauthorized }: GuardOptions): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(ANY_BODY, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.addHook('onRequest', (request, reply, done) => {
    // Whatever the content type says, the body is JSON (PROTOCOL 3.1). One that is malformed would be answered 415.
    request.headers['content-type'] = ANY_BODY;
    if (isAuthentic(request.headers)) return done();
    onUnauthorized();
    sendProblem(reply.header('www-authenticate', 'Basic realm="freeway"'), PROBLEMS.unauthorized);
  });
}

/** Answers every other method of a path that takes POST alone. */
export function refuseOtherMethods(app: FastifyInstance, url: string): void {
  app.route({
    method: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE'],
    url,
    handler: (_request, reply) => sendProblem(reply.header('allow', 'POST'), PROBLEMS.methodNotAllowed),
  });
}
