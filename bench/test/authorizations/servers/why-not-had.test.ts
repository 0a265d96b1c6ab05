import { expect, test } from 'vitest';
import { whyNotHad } from '../../../src/authorizations/servers/why-not-had.ts';

const LOG = [
  'services: Redis at 127.0.0.1:31376, started in 0.2 s',
  'services: RabbitMQ could not be had: rabbitmq ended while starting:',
  'BOOT FAILED',
  'no space left on device',
  'services: MongoDB could not be had: mongod is not installed',
];

test('says why a service cannot be had, with all that was said of it', () => {
  expect(whyNotHad('MongoDB', LOG)).toBe('MongoDB cannot be had on this machine: mongod is not installed');
  expect(whyNotHad('RabbitMQ', LOG)).toBe(
    'RabbitMQ cannot be had on this machine: rabbitmq ended while starting:\nBOOT FAILED\nno space left on device',
  );
});

test('says so where nobody said why', () => {
  expect(whyNotHad('Redis', LOG)).toBe('Redis cannot be had on this machine');
});
