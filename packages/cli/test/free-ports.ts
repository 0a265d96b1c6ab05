import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** Two ports on which nobody listens: whoever is killed must come back where it was. */
export async function findFreePorts(): Promise<readonly [number, number]> {
  const servers = [createServer(), createServer()];
  const ports: number[] = [];
  for (const server of servers) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ports.push((server.address() as AddressInfo).port);
  }
  for (const server of servers) {
    server.close();
    await once(server, 'close');
  }
  return ports as [number, number];
}
