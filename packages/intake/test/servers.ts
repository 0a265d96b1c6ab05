// The real servers that the suites need; a suite whose server is not there is skipped.
import { type FaultProxy, openFaultProxy } from '@freeway/testkit/fault-proxy';

export const DATABASE_URL = process.env['TEST_DATABASE_URL'] ?? '';
export const RABBITMQ_URL = process.env['TEST_RABBITMQ_URL'] ?? '';

/** A server as seen through a proxy that can fail: the proxy, and the server's address through it. */
export async function behindProxy(url: string): Promise<{ readonly proxy: FaultProxy; readonly url: string }> {
  const through = new URL(url);
  const port = Number(through.port || (through.protocol === 'amqp:' ? 5672 : 5432));
  const proxy = await openFaultProxy({ host: through.hostname, port });
  through.hostname = '127.0.0.1';
  through.port = String(proxy.port);
  return { proxy, url: through.href };
}

/** For what comes by itself, but on a busy machine not at once: with expect.poll. Says "hung", never "slow". */
export const PATIENTLY = { timeout: 20_000, interval: 20 };
