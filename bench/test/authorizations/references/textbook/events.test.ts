import { randomBytes } from 'node:crypto';
import { Connection } from 'rabbitmq-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEvents } from '../../../../src/authorizations/references/textbook/events.ts';

const rabbitUrl = process.env['TEST_RABBITMQ_URL'];

describe.skipIf(rabbitUrl === undefined)('events on RabbitMQ', () => {
  const queue = `bench-test-${randomBytes(4).toString('hex')}-textbook`;
  let connection: Connection;
  beforeAll(async () => {
    connection = new Connection(rabbitUrl ?? '');
    connection.on('error', () => undefined);
    await connection.onConnect(10_000);
  });
  afterAll(() => connection?.close());

  test('are in a durable queue once published, and nothing is left on closing', async () => {
    const events = await openEvents(rabbitUrl ?? '', queue);
    await events.publish({ decision_id: '1', outcome: 'approve' });
    const message = await connection.basicGet({ queue, noAck: true });
    expect(message?.body).toEqual({ decision_id: '1', outcome: 'approve' });
    expect(message?.durable).toBe(true);
    await events.close();
    await expect(connection.queueDeclare({ queue, passive: true })).rejects.toThrow('NOT_FOUND');
  });
});
