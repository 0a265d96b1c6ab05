// A process that redrives all dead letters of a queue, and says so and stands still when the first of them are done. Its
// parent kills it.
import { writeSync } from 'node:fs';
import type { QueueName } from '@freeway/core';
import { createRabbitQueues } from '../src/index.ts';

const [url = '', prefix = '', queue = ''] = process.argv.slice(2);
const queues = createRabbitQueues({ url, prefix, retryDelaysMs: [5, 10, 15] });
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
