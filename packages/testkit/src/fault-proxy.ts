import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP proxy on 127.0.0.1 in front of a real server, for tests of what happens when the network or the server fails. */
export interface FaultProxy {
  readonly port: number;
  /** Connections accepted so far. */
  accepted(): number;
  /** Bytes that clients sent and that reached the server so far. */
  bytesForwarded(): number;
  /** Healthy: accepts connections and carries bytes both ways; what was stalled flows on. */
  forward(): Promise<void>;
  /** Carries no byte and closes nothing, while connections are still accepted: a stopped or overloaded server. */
  stall(): void;
  /** Resets the connections there are; new ones are welcome: a restarted server. */
  cut(): void;
  /** Resets the connections there are and refuses new ones: a dead server. */
  refuse(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a proxy that forwards to the given server. */
export const openFaultProxy = async (target: {
  readonly host?: string;
  readonly port: number;
}): Promise<FaultProxy> => {
  const sockets = new Set<Socket>();
  let stalled = false;
  let accepted = 0;
  let bytesForwarded = 0;

  const carry = (from: Socket, to: Socket, count: (bytes: number) => void): void => {
    sockets.add(from);
    if (stalled) from.pause();
    from.on('data', (chunk: Buffer) => {
      count(chunk.length);
      if (to.write(chunk)) return;
      from.pause();
      to.once('drain', () => !stalled && from.resume());
    });
    from.on('end', () => to.end());
    from.on('error', () => to.resetAndDestroy());
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
  };

  const server = createServer((client) => {
    accepted += 1;
    const upstream = connect(target.port, target.host ?? '127.0.0.1');
    carry(client, upstream, (bytes) => {
      bytesForwarded += bytes;
    });
    carry(upstream, client, () => {});
  });

  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  await listen(server, 0);
  const { port } = server.address() as AddressInfo;

  const refuse = async (): Promise<void> => {
    const closed = server.listening ? new Promise((resolve) => server.close(resolve)) : undefined;
    cut();
    await closed;
  };

  return {
    port,
    accepted: () => accepted,
    bytesForwarded: () => bytesForwarded,
    forward: async () => {
      stalled = false;
      for (const socket of sockets) socket.resume();
      if (!server.listening) await listen(server, port);
    },
    stall: () => {
      stalled = true;
      for (const socket of sockets) socket.pause();
    },
    cut,
    refuse,
    close: refuse,
  };
};

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
