// A process that takes one message, says so, and never finishes it. Its parent kills it.
import type { QueueName } from '@freeway/core';
import { createPostgresQueues } from '../src/queue/postgres-queues.ts';

const [databaseUrl = '', prefix = '', queue = ''] = process.argv.slice(2);
const queues = await createPostgresQueues({ databaseUrl, prefix });
await queues.consume(queue as QueueName, { prefetch: 1 }, () => {
  process.stdout.write('holding\n');
  return new Promise(() => undefined);
});
