import { createServer } from 'node:net';

// Below the range that systems hand out to outgoing connections, so that no client takes the port between our
// look and the server's bind.
const LOWEST_PORT = 20_000;
const PORT_COUNT = 12_000;

/** Nobody listens there at 127.0.0.1. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST_PORT + Math.floor(Math.random() * PORT_COUNT);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
