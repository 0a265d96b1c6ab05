import { Connection } from 'rabbitmq-client';

export interface Events {
  /** Resolves when the broker has confirmed that it holds the event durably. */
  publish(event: object): Promise<void>;
  close(): Promise<void>;
}

/** Nobody consumes them here: the oldest make room, so that a long run does not fill the broker. */
const LENGTH_MAX = 100_000;
const CONNECT_TIMEOUT_MS = 10_000;

/** Events go to a durable queue of this name, which is made here and deleted on closing. */
export async function openEvents(url: string, queue: string): Promise<Events> {
  const connection = new Connection({ url, connectionName: 'textbook' });
  // Without a listener it would end the process. A broker that is away shows by each publishing.
  connection.on('error', () => undefined);
  await connection.onConnect(CONNECT_TIMEOUT_MS);
  const publisher = connection.createPublisher({
    confirm: true,
    maxAttempts: 2,
    queues: [{ queue, durable: true, arguments: { 'x-max-length': LENGTH_MAX } }],
  });
  return {
    publish: (event) => publisher.send({ routingKey: queue, durable: true }, event),
    async close() {
      await publisher.close();
      await connection.queueDelete({ queue });
      await connection.close();
    },
  };
}
