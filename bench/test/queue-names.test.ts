import { expect, test } from 'vitest';
import { queueNames } from '../src/delete-queues.ts';

test('every queue that a run makes on a broker is known by its name', () => {
  const names = queueNames('bench-1.');
  expect(names).toHaveLength(15);
  expect(names).toContain('bench-1.webhook-queue');
  expect(names).toContain('bench-1.transaction-processing-queue.retry.60000ms');
  expect(names).toContain('bench-1.jit-funding-dlq');
});
