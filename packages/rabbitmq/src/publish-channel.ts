import type { Channel, ReturnedMessage } from 'rabbitmq-client';
import { declareTopology } from './declare-topology.ts';
import type { Link } from './link.ts';
import type { Topology } from './topology.ts';

/** One channel in confirm mode at a time, made when first wanted and made anew after it closed. */
export interface PublishChannel {
  /** The channel, with the topology declared on it. */
  open(): Promise<Channel>;
  /** The next `open` makes another channel. */
  forget(attempt: Promise<Channel>): void;
  close(): Promise<void>;
}

export function createPublishChannel(
  link: Link,
  topology: Topology,
  onReturn: (message: ReturnedMessage) => void,
): PublishChannel {
  let opening: Promise<Channel> | undefined;

  function forget(attempt: Promise<Channel>): void {
    if (opening === attempt) opening = undefined;
  }

  async function openChannel(onClose: () => void): Promise<Channel> {
    await link.connected();
    const channel = await link.connection.acquire();
    channel.once('close', onClose);
    channel.on('basic.return', onReturn);
    await declareTopology(link.connection, channel, topology);
    await channel.confirmSelect();
    return channel;
  }

  return {
    open() {
      if (opening !== undefined) return opening;
      const attempt = openChannel(() => forget(attempt));
      attempt.catch(() => forget(attempt));
      opening = attempt;
      return attempt;
    },
    forget,
    async close() {
      const channel = await opening?.catch(() => undefined);
      await channel?.close();
    },
  };
}
