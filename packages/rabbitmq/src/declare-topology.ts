import type { Channel, Connection } from 'rabbitmq-client';
import type { DeclaredQueue, Topology } from './topology.ts';

/** Declares every exchange, queue and binding; does nothing where they already exist as they should be. */
export async function declareTopology(connection: Connection, channel: Channel, topology: Topology): Promise<void> {
  for (const exchange of Object.values(topology.exchanges)) {
    await channel.exchangeDeclare({ exchange, type: 'topic', durable: true });
  }
  for (const { work, retries, dead } of topology.places.values()) {
    const deadAsMade = (await differs(connection, dead)) ? withoutLimit(dead) : dead;
    for (const declared of [deadAsMade, work, ...retries]) {
      await declare(channel, declared);
      const { queue, exchange, bindingKey } = declared;
      await channel.queueBind({ queue, exchange, routingKey: bindingKey });
    }
  }
}

async function declare(channel: Channel, { queue, durable, arguments: given }: DeclaredQueue): Promise<void> {
  await channel.queueDeclare({ queue, durable, arguments: { ...given } });
}

/** Declares the queue, or says that there is another one. On a channel of its own, which the broker's refusal closes. */
async function differs(connection: Connection, declared: DeclaredQueue): Promise<boolean> {
  const channel = await connection.acquire();
  try {
    await declare(channel, declared);
    return false;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'PRECONDITION_FAILED') return true;
    throw error;
  } finally {
    await channel.close();
  }
}

/** As an earlier version declared dead-letter queues: those that it made stay in use. */
function withoutLimit(declared: DeclaredQueue): DeclaredQueue {
  const { 'x-delivery-limit': _limit, ...earlier } = declared.arguments;
  return { ...declared, arguments: earlier };
}
