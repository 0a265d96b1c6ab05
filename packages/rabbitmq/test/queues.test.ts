import { queuesContract } from '@freeway/testkit/contracts/queues';
import { describe } from 'vitest';
import { openRabbit } from './rabbit-under-test.ts';

const url = process.env.TEST_RABBITMQ_URL ?? '';

describe.skipIf(!url)('the contract', () => {
  queuesContract('RabbitMQ', (options) => openRabbit({ url, ...options }));
});
