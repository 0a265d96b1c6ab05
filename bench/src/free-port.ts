import { once } from 'node:events';
import { createServer } from 'node:net';

/** Free now: a process's setting says where it listens, and its log is for people. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
