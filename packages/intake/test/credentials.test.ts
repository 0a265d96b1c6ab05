// Who may send webhooks: Basic credentials, two at once while they are rotated, and the webhook's custom header.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AUTHORIZATION, basic, PASSWORD, type TestIntake, USERNAME } from './open-intake.ts';
import { POSTGRES_QUEUE } from './queue-under-test.ts';
import { webhook } from './webhook.ts';
import { openWorld, type World } from './world.ts';

const NEXT = { username: 'platform-2', password: 'The-next-one-0123456789' };
const HEADER = { name: 'X-Programme-Key', value: 'harbour-wall-55-north' };

const statusFrom = async (to: TestIntake, headers: Record<string, string>) =>
  (await to.post(webhook(), { headers })).status;

describe.skipIf(!POSTGRES_QUEUE.available)('credentials', () => {
  let world: World;
  let intake: TestIntake;
  let rotating: TestIntake;
  let guarded: TestIntake;
  beforeAll(async () => {
    world = await openWorld(POSTGRES_QUEUE);
    intake = await world.intake();
    rotating = await world.intake({
      WEBHOOK_BASIC_AUTH_USERNAME_NEXT: NEXT.username,
      WEBHOOK_BASIC_AUTH_PASSWORD_NEXT: NEXT.password,
    });
    guarded = await world.intake({ WEBHOOK_HEADER_NAME: HEADER.name, WEBHOOK_HEADER_VALUE: HEADER.value });
  });
  afterAll(() => world.close());

  it.each([
    ['no credentials', ''],
    ['a wrong password', basic(USERNAME, `${PASSWORD}!`)],
    ['credentials of the rotation that nobody began', basic(NEXT.username, NEXT.password)],
  ])('%s: 401 as a problem, nothing kept', async (_, authorization) => {
    const refused = await intake.metric('freeway_webhooks_refused_total{status="401"');
    const reply = await intake.post('{"transactions":[{"token":"of-a-stranger"}]}', { headers: { authorization } });
    expect(reply.status).toBe(401);
    expect(reply.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(reply.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
    expect(JSON.parse(reply.text)).toMatchObject({ status: 401, type: 'urn:freeway:unauthorized' });
    expect(await intake.metric('freeway_webhooks_refused_total{status="401"')).toBe(refused + 1);
    // What comes after it has arrived, and it has not.
    const next = webhook();
    expect((await intake.post(next)).status).toBe(200);
    await expect.poll(() => world.idsOf(next).length, { timeout: 20_000 }).toBe(1);
    expect(world.arrived().join()).not.toContain('of-a-stranger');
  });

  it('whoever is not known learns nothing else: not of a bad body, nor of a method, a size or a ping', async () => {
    const headers = { authorization: basic('a', 'b') };
    expect((await intake.post('not json', { headers })).status).toBe(401);
    expect((await intake.post('', { headers, method: 'GET' })).status).toBe(401);
    expect((await intake.post('{"pings":[]}', { headers })).status).toBe(401);
  });

  it('both credentials while they are rotated', async () => {
    expect(await statusFrom(rotating, { authorization: AUTHORIZATION })).toBe(200);
    expect(await statusFrom(rotating, { authorization: basic(NEXT.username, NEXT.password) })).toBe(200);
    expect(await statusFrom(rotating, { authorization: basic(USERNAME, NEXT.password) })).toBe(401);
  });

  it('the extra header where it is asked for, beside the credentials', async () => {
    expect(await statusFrom(guarded, {})).toBe(401);
    expect(await statusFrom(guarded, { [HEADER.name]: HEADER.value })).toBe(200);
    expect(await statusFrom(guarded, { [HEADER.name]: 'another' })).toBe(401);
    expect(await statusFrom(guarded, { authorization: '', [HEADER.name]: HEADER.value })).toBe(401);
  });

  it('what operators read needs no credentials', async () => {
    for (const path of ['/health', '/ready', '/metrics'])
      expect((await intake.post('', { method: 'GET', path, headers: { authorization: '' } })).status).toBe(200);
  });
});
