import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** That many ports of this machine that nobody uses. */
export async function freePorts(count: number): Promise<number[]> {
  const listeners: Server[] = [];
  for (let n = 0; n < count; n++) {
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    listeners.push(listener);
  }
  const ports = listeners.map((listener) => (listener.address() as { readonly port: number }).port);
  await Promise.all(listeners.map((listener) => new Promise((resolve) => listener.close(resolve))));
  return ports;
}
