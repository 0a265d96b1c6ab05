import { once } from 'node:events';
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer as createPlainServer } from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface Front {
  readonly url: string;
  stop(): Promise<void>;
}

export type Route = (path: string) => string | undefined;

/** What a proxy in front does: takes TLS, and passes some paths on to others; 404 for the rest. Plain without options. */
export async function startFront(route: Route, tls?: ServerOptions): Promise<Front> {
  const pass = (asked: IncomingMessage, answered: ServerResponse): void => {
    const target = route(asked.url ?? '/');
    if (target === undefined) return void answered.writeHead(404).end();
    const { method, headers } = asked;
    const onwards = request(new URL(asked.url ?? '/', target), { method, headers, agent: false }, (reply) => {
      answered.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answered);
    });
    onwards.on('error', () => (answered.headersSent ? answered.destroy() : answered.writeHead(502).end()));
    // Who answers to the headers alone must be heard before the rest is sent.
    onwards.flushHeaders();
    asked.pipe(onwards);
  };
  const server = tls === undefined ? createPlainServer(pass) : createServer(tls, pass);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
