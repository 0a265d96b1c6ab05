// A process that takes one message, says so, and never finishes it. Its parent kills it.
import type { QueueName } from '@freeway/core';
import { createRabbitQueues } from '../src/index.ts';

const [url = '', prefix = '', queue = ''] = process.argv.slice(2);
const queues = createRabbitQueues({ url, prefix, retryDelaysMs: [50, 100, 150] });
await queues.consume(queue as QueueName, { prefetch: 1 }, () => {
  process.stdout.write('holding\n');
  return new Promise(() => undefined);
});
