import { type FaultProxy, openFaultProxy } from '@freeway/testkit/fault-proxy';

/** A server as seen through a proxy that can fail: the proxy, and the server's address through it. */
export async function behindProxy(url: string): Promise<{ readonly proxy: FaultProxy; readonly url: string }> {
  const through = new URL(url);
  const port = Number(through.port || (through.protocol === 'redis:' ? 6379 : 5432));
  const proxy = await openFaultProxy({ host: through.hostname, port });
  through.hostname = '127.0.0.1';
  through.port = String(proxy.port);
  return { proxy, url: through.href };
}
