import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';

/** Longer than a request is on its way from a proxy to us. */
const QUIET_MS = 250;
/** A proxy's idle connections are used up by then, or so rarely used that waiting for them gains nothing. */
const AT_MOST_MS = 3000;
const LOOK_EVERY_MS = 20;

/**
 * Stops a server so that nothing which is on its way to it is lost; every answer must say `connection: close` by now.
 *
 * New connections are refused first: a proxy may send elsewhere what it could not connect for, which it may not once it
 * sent a request that takes money. Idle connections are closed last: on one that closes while a request is on its way, that
 * request is lost. Each that is still used closes with its answer, so requests cease; then the idle ones are safe to close.
 */
export async function drainConnections(server: Server): Promise<void> {
  if (!server.listening) return;
  const ended = new Promise<void>((resolve) => server.once('close', resolve));
  const beganAtMs = performance.now();
  let lastRequestAtMs = beganAtMs;
  server.on('request', () => (lastRequestAtMs = performance.now()));
  // Connections that the system made for us are taken in the turn of the loop that ends here.
  await turn();
  // Not the close of an HTTP server: that one would close idle connections too.
  NetServer.prototype.close.call(server);
  while ((await countConnections(server)) > 0) {
    const nowMs = performance.now();
    if (nowMs - lastRequestAtMs >= QUIET_MS || nowMs - beganAtMs >= AT_MOST_MS) break;
    await delay(LOOK_EVERY_MS);
  }
  // Again and again: an answer that was begun before we stopped leaves its connection open.
  const closing = setInterval(() => server.closeIdleConnections(), LOOK_EVERY_MS);
  server.closeIdleConnections();
  await ended;
  clearInterval(closing);
}

function countConnections(server: Server): Promise<number> {
  return new Promise((resolve) => server.getConnections((error, count) => resolve(error === null ? count : 0)));
}
