// What cannot be a webhook: 400, 404, 405 and 413 as problem bodies (RFC 9457), nothing kept.
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AUTHORIZATION, type TestIntake } from './open-intake.ts';
import { POSTGRES_QUEUE } from './queue-under-test.ts';
import { PATIENTLY } from './servers.ts';
import { webhook } from './webhook.ts';
import { openWorld, type World } from './world.ts';

describe.skipIf(!POSTGRES_QUEUE.available)('bad input', () => {
  let world: World;
  let intake: TestIntake;
  beforeAll(async () => {
    world = await openWorld(POSTGRES_QUEUE);
    intake = await world.intake({ WEBHOOK_BODY_LIMIT_BYTES: '200000' });
  });
  afterAll(() => world.close());

  it.each<readonly [string, string | Uint8Array<ArrayBuffer>]>([
    ['an empty body', ''],
    ['a word', 'transactions'],
    ['a form', 'token=1&amount=2'],
    ['JSON that is cut off', webhook().slice(0, -1)],
    ['JSON and more', `${webhook()}{}`],
    ['bytes that are no text', Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d)],
    ['UTF-16', Buffer.from(webhook(), 'utf16le')],
    ['100,000 open brackets', '['.repeat(100_000)],
    ['null', 'null'],
    ['a text', '"transactions"'],
    ['a list of webhooks', `[${webhook()}]`],
  ])('%s: 400', async (_, body) => {
    const refused = await intake.metric('freeway_webhooks_refused_total{status="400"');
    const reply = await intake.post(body);
    expect(reply.status).toBe(400);
    expect(reply.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    const problem = JSON.parse(reply.text);
    expect(problem).toEqual({
      status: 400,
      type: 'urn:freeway:not-json',
      title: 'The webhook cannot be read',
      detail: expect.any(String),
    });
    // It says what is wrong and nothing of what was sent.
    expect(problem.detail).not.toMatch(/transactions|Ada|t-\d/);
    expect(await intake.metric('freeway_webhooks_refused_total{status="400"')).toBe(refused + 1);
  });

  it.each([
    ['GET', '/v1/webhooks/marqeta', 405],
    ['PUT', '/v1/webhooks/marqeta', 405],
    ['DELETE', '/v1/webhooks/marqeta', 405],
    ['POST', '/v1/webhooks', 404],
    ['POST', '/v1/webhooks/marqeta/', 404],
    ['POST', '/v1/jit', 404],
    ['GET', '/profile', 404],
  ])('%s %s: %i', async (method, path, status) => {
    const reply = await intake.post(method === 'DELETE' ? '' : webhook(), { method, path });
    expect(reply.status).toBe(status);
    expect(reply.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(JSON.parse(reply.text)).toMatchObject({ status });
    expect(reply.headers.get('allow')).toBe(status === 405 ? 'POST' : null);
  });

  it('a body over the limit: 413', async () => {
    const refused = await intake.metric('freeway_webhooks_refused_total{status="413"');
    const reply = await intake.post(`{"long":"${'x'.repeat(200_000)}"}`);
    expect(reply.status).toBe(413);
    expect(JSON.parse(reply.text)).toMatchObject({ status: 413, type: 'urn:freeway:body-too-large' });
    expect(await intake.metric('freeway_webhooks_refused_total{status="413"')).toBe(refused + 1);
  });

  it('a body that ends early is not taken for a shorter one', async () => {
    const body = webhook();
    const { hostname, port } = new URL(intake.url);
    const socket = connect(Number(port), hostname);
    const head = `host: x\r\nauthorization: ${AUTHORIZATION}\r\ncontent-length: ${body.length + 1}`;
    socket.end(`POST /v1/webhooks/marqeta HTTP/1.1\r\n${head}\r\n\r\n${body}`);
    expect(await text(socket)).not.toMatch(/^HTTP\/1.1 200/);
  });

  it('nothing of it is kept: a good webhook behind all of it arrives alone', async () => {
    const last = webhook();
    expect((await intake.post(last)).status).toBe(200);
    await expect.poll(() => world.arrived(), PATIENTLY).toEqual([last]);
    expect(await world.stored()).toEqual([]);
  });
});
