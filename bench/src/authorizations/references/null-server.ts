import Fastify, { type FastifyInstance } from 'fastify';
import type { Credentials } from '../../poster.ts';
import { basicAuthorization } from './basic-authorization.ts';

/** As long as an approval of the gateway (PROTOCOL 7.1), and the same for every request: the generator can only look at its status. */
export const NULL_ANSWER = JSON.stringify({
  jit_funding: {
    token: '00000000-0000-4000-8000-000000000000',
    method: 'pgfs.authorization',
    user_token: 'bench_user_1234',
    amount: 12.34,
    acting_user_token: 'bench_user_1234',
    tags: '1234567',
  },
});

/**
 * Fastify answering with no ledger behind it: what Node can do here at most. Like the gateway it takes the body in as bytes
 * and answers with the same headers and as many bytes. Unlike it, it compares the credentials as plain text, and never
 * looks into the body.
 */
export function createNullServer(credentials: Credentials): FastifyInstance {
  const expected = basicAuthorization(credentials);
  const app = Fastify({ keepAliveTimeout: 75_000, forceCloseConnections: true });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.post('/v1/jit', (request, reply) => {
    if (request.headers.authorization !== expected) return reply.code(401).send();
    return reply.code(200).header('content-type', 'application/json; charset=utf-8').send(NULL_ANSWER);
  });
  return app;
}
