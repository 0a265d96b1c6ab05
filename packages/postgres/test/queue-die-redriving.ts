// A process that redrives all dead letters of a queue, and says so and stands still when the first of them are done. Its
// parent kills it.
import { writeSync } from 'node:fs';
import type { QueueName } from '@freeway/core';
import { createPostgresQueues } from '../src/queue/postgres-queues.ts';

const [databaseUrl = '', prefix = '', queue = ''] = process.argv.slice(2);
const queues = await createPostgresQueues({ databaseUrl, prefix });
await queues.deadLetters.redrive(
  queue as QueueName,
  {},
  {
    onProgress() {
      writeSync(1, 'redriving\n');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    },
  },
);
