// What reaches a server that is told to stop is answered: a proxy may not send it to another.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '../src/index.ts';
import { createHttpServer } from '../src/http/index.ts';

const logger = createLogger({ process: 'tests', level: 'silent' });
const REQUEST = 'GET /here HTTP/1.1\r\nhost: tests\r\n\r\n';

async function asked(socket: Socket): Promise<string> {
  socket.write(REQUEST);
  const [answer] = await Promise.race([
    once(socket, 'data') as Promise<[string]>,
    once(socket, 'close').then((): [string] => ['closed without an answer']),
  ]);
  return answer.toLowerCase();
}

describe('a server that is told to stop', () => {
  let app: ReturnType<typeof createHttpServer>;
  let port: number;
  const sockets: Socket[] = [];

  beforeEach(async () => {
    app = createHttpServer({ bodyLimitBytes: 1024, requestTimeoutMs: 5000, onBodyTooLarge: () => undefined, logger });
    app.get('/here', () => 'here');
    await app.listen({ host: '127.0.0.1', port: 0 });
    ({ port } = app.server.address() as { port: number });
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await app.close();
  });

  /** A connection as a proxy keeps it: used once, now idle. */
  async function idleConnection(): Promise<Socket> {
    const socket = connect(port, '127.0.0.1').setEncoding('utf8');
    sockets.push(socket);
    expect(await asked(socket)).toContain('connection: keep-alive');
    return socket;
  }

  it('answers a request that comes on an idle connection, and closes that connection with the answer', async () => {
    const [first, second] = [await idleConnection(), await idleConnection()];
    const closed = app.close();
    for (const socket of [first, second]) {
      const answer = await asked(socket);
      expect(answer).toContain('200 ok');
      expect(answer).toContain('connection: close');
    }
    await closed;
  });

  it('refuses new connections while it still answers on those it has', async () => {
    const idle = await idleConnection();
    const closed = app.close();
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    const late = connect(port, '127.0.0.1');
    await expect(once(late, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(await asked(idle)).toContain('200 ok');
    await closed;
  });

  it('closes idle connections in the end', async () => {
    const idle = await idleConnection();
    await Promise.all([app.close(), once(idle, 'close')]);
    expect(app.server.listening).toBe(false);
  });
});
