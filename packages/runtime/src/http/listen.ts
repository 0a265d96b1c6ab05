import type { FastifyInstance } from 'fastify';
import type { AddressInfo } from 'node:net';

/** Listens; resolves to where, with the port it got. */
export async function listen(app: FastifyInstance, host: string, port: number): Promise<string> {
  await app.listen({ host, port });
  const bound = app.server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${bound.port}`;
}
