import Fastify, { type FastifyInstance } from 'fastify';
import type { Credentials } from '../../../poster.ts';
import { basicAuthorization } from '../basic-authorization.ts';
import type { Authorize } from './authorize.ts';
import { encodeAnswer } from './encode-answer.ts';
import { readRequest } from './read-request.ts';

/** The same wire as the gateway's, so that the same generator and the same checks run against it. */
export function createTextbookServer(credentials: Credentials, authorize: Authorize): FastifyInstance {
  const expected = basicAuthorization(credentials);
  const app = Fastify({ keepAliveTimeout: 75_000, forceCloseConnections: 'idle' });
  app.removeAllContentTypeParsers();
  // Parsed where it is read: Fastify's own parser also looks for prototype poisoning, which here would only cost.
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.post('/v1/jit', async (request, reply) => {
    if (request.headers.authorization !== expected) return reply.code(401).send();
    const asked = readRequest(request.body as string);
    if (asked === undefined) return reply.code(400).send();
    const decision = await authorize(asked);
    return reply
      .code(decision.reason === null ? 200 : 402)
      .header('content-type', 'application/json; charset=utf-8')
      .send(encodeAnswer(asked, decision));
  });
  return app;
}
