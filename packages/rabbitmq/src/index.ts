// The public surface of rabbitmq.
export type { QueueEvent, ReportQueueEvent } from './queue-event.ts';
export { createRabbitQueues } from './rabbit-queues.ts';
export type { RabbitQueuesOptions } from './rabbit-queues.ts';
export { EXCHANGES, QUEUE_TABLE, RETRY_DELAYS_MS } from './topology.ts';
