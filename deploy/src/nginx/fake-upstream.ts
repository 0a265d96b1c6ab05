import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface Arrival {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface FakeUpstream {
  /** host:port */
  readonly address: string;
  /** Requests that came whole. */
  readonly arrivals: readonly Arrival[];
  /** Connections that were ever made. */
  connections(): number;
  close(): Promise<void>;
}

export type Answering = (arrival: Arrival, response: ServerResponse, socket: Socket) => void;

export const saysOk: Answering = (_arrival, response) =>
  void response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
/** It took the request, and then broke. */
export const breaksOff: Answering = (_arrival, _response, socket) => void socket.resetAndDestroy();
export const neverAnswers: Answering = () => undefined;

/** Stands where a gateway or intake would, and keeps account of what reaches it. */
export async function startFakeUpstream(answer: Answering, port = 0, host = '127.0.0.1'): Promise<FakeUpstream> {
  const arrivals: Arrival[] = [];
  let connections = 0;
  const server = createServer({ keepAliveTimeout: 75_000 }, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = request;
    const arrival = { method, url, headers, body: Buffer.concat(chunks).toString('utf8') };
    arrivals.push(arrival);
    answer(arrival, response, request.socket);
  });
  server.on('connection', () => connections++);
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address() as { port: number };
  return {
    address: `${host}:${address.port}`,
    arrivals,
    connections: () => connections,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
