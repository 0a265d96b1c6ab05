// Signed webhooks: over the raw bytes, with either algorithm during a switch, and with either secret during a change.
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestIntake } from './open-intake.ts';
import { POSTGRES_QUEUE } from './queue-under-test.ts';
import { PATIENTLY } from './servers.ts';
import { webhook } from './webhook.ts';
import { openWorld, type World } from './world.ts';

const SECRET = 'Quay-Lane-7-secret-0123';
const NEXT = 'Quay-Lane-8-secret-4567';

const sign = (body: string, hash = 'sha1', secret = SECRET, encoding: 'hex' | 'base64' = 'hex') =>
  createHmac(hash, secret).update(body).digest(encoding);

const send = (to: TestIntake, body: string, signature: string | undefined) =>
  to.post(body, signature === undefined ? {} : { headers: { 'X-Marqeta-Signature': signature } });
const statusFrom = async (to: TestIntake, body: string, signature: string | undefined) =>
  (await send(to, body, signature)).status;

describe.skipIf(!POSTGRES_QUEUE.available)('signatures', () => {
  let world: World;
  let signed: TestIntake;
  let changing: TestIntake;
  let switched: TestIntake;
  beforeAll(async () => {
    world = await openWorld(POSTGRES_QUEUE);
    signed = await world.intake({ WEBHOOK_SIGNATURE_SECRET: SECRET });
    changing = await world.intake({ WEBHOOK_SIGNATURE_SECRET: SECRET, WEBHOOK_SIGNATURE_SECRET_NEXT: NEXT });
    switched = await world.intake({
      WEBHOOK_SIGNATURE_SECRET: SECRET,
      WEBHOOK_SIGNATURE_ALGORITHMS: 'HMAC_SHA_256',
    });
  });
  afterAll(() => world.close());

  it('with its signature a webhook arrives as it came', async () => {
    const body = ` ${webhook({ holder: 'Größe' })}\n`;
    expect(await statusFrom(signed, body, sign(body))).toBe(200);
    await expect.poll(() => world.idsOf(body).length, PATIENTLY).toBe(1);
  });

  it.each([
    ['no signature', () => undefined],
    ['an empty signature', () => ''],
    ['the signature of another body', (body: string) => sign(`${body} `)],
    ['a signature over the body written again', (body: string) => sign(JSON.stringify(JSON.parse(body)))],
    ['a signature with another secret', (body: string) => sign(body, 'sha1', NEXT)],
    ['a signature with another algorithm', (body: string) => sign(body, 'sha512')],
  ])('%s: 401 as a problem, and nothing is kept', async (_, signature) => {
    const refused = await signed.metric('freeway_webhooks_refused_total{status="401"');
    const body = webhook();
    const reply = await send(signed, body, signature(body));
    expect(reply.status).toBe(401);
    expect(reply.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(JSON.parse(reply.text)).toEqual({
      status: 401,
      type: 'urn:freeway:wrong-signature',
      title: 'Wrong or missing signature',
    });
    expect(await signed.metric('freeway_webhooks_refused_total{status="401"')).toBe(refused + 1);
    const next = webhook();
    expect(await statusFrom(signed, next, sign(next))).toBe(200);
    await expect.poll(() => world.idsOf(next).length, PATIENTLY).toBe(1);
    expect(world.idsOf(body)).toEqual([]);
  });

  it('a signature does not stand in for credentials', async () => {
    const body = webhook();
    const headers = { authorization: '', 'X-Marqeta-Signature': sign(body) };
    expect((await signed.post(body, { headers })).status).toBe(401);
  });

  it('a body that cannot be read is refused for its signature first', async () => {
    expect(await statusFrom(signed, 'not json', sign('something else'))).toBe(401);
    expect(await statusFrom(signed, 'not json', sign('not json'))).toBe(400);
  });

  it('a ping is signed like everything else', async () => {
    const ping = '{"pings":[{"token":"marqeta","payload":"healthcheck"}]}';
    expect(await statusFrom(signed, ping, undefined)).toBe(401);
    expect(await statusFrom(signed, ping, sign(ping))).toBe(200);
  });

  it('either algorithm and either notation, unless one algorithm is named', async () => {
    const body = webhook();
    for (const hash of ['sha1', 'sha256'])
      for (const encoding of ['hex', 'base64'] as const)
        expect(await statusFrom(signed, body, sign(body, hash, SECRET, encoding))).toBe(200);
    expect(await statusFrom(switched, body, sign(body, 'sha1'))).toBe(401);
    expect(await statusFrom(switched, body, sign(body, 'sha256'))).toBe(200);
  });

  it('either secret while it is changed', async () => {
    const body = webhook();
    expect(await statusFrom(changing, body, sign(body, 'sha256'))).toBe(200);
    expect(await statusFrom(changing, body, sign(body, 'sha256', NEXT))).toBe(200);
    expect(await statusFrom(changing, body, sign(body, 'sha256', 'Quay-Lane-9-secret-8901'))).toBe(401);
  });
});
