// The public surface of rabbitmq.
export type { QueueEvent, ReportQueueEvent } from './queue-event.ts';
export { createRabbitQueues } from './rabbit-queues.ts';
export type { RabbitQueuesOptions } from './rabbit-queues.ts';
export { EXCHANGES, QUEUE_TABLE } from './topology.ts';
