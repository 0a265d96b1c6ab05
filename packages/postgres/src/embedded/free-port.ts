import { createServer } from 'node:net';

// Below the range that systems hand out to outgoing connections, so that no client takes the port between our
// look and the server's bind.
const LOWEST_PORT = 20_000;
const PORT_COUNT = 12_000;

/** A port nobody listens on at 127.0.0.1. Who is killed and started anew finds it free: no client is given it meanwhile. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST_PORT + Math.floor(Math.random() * PORT_COUNT);
    if (await isFree(port)) return port;
  }
}

/** That many different ones. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
