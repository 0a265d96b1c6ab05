import type { Channel } from 'rabbitmq-client';
import type { Topology } from './topology.ts';

/** Declares every exchange, queue and binding; does nothing where they already exist as they should be. */
export async function declareTopology(channel: Channel, topology: Topology): Promise<void> {
  for (const exchange of Object.values(topology.exchanges)) {
    await channel.exchangeDeclare({ exchange, type: 'topic', durable: true });
  }
  for (const { work, retries, dead } of topology.places.values()) {
    for (const declared of [dead, work, ...retries]) {
      const { queue, durable, exchange, bindingKey } = declared;
      await channel.queueDeclare({ queue, durable, arguments: { ...declared.arguments } });
      await channel.queueBind({ queue, exchange, routingKey: bindingKey });
    }
  }
}
