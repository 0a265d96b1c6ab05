// Who may ask: Basic credentials, two at once while they are rotated, and the funding source's custom header.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exchange, type Send } from './http-client.ts';
import { jitRequest } from './message.ts';
import {
  AUTHORIZATION,
  type Customer,
  openWorld,
  type TestGateway,
  USERNAME,
  PASSWORD,
  type World,
} from './open-world.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

const basic = (username: string, password: string, scheme = 'Basic') =>
  `${scheme} ${Buffer.from(`${username}:${password}`).toString('base64')}`;

const NEXT = { username: 'platform-2', password: 'The-next-one-0123456789' };
const HEADER = { name: 'X-Programme-Key', value: 'harbour-wall-55-north' };

describe.skipIf(serverUrl === undefined)('credentials', () => {
  let world: World;
  let gateway: TestGateway;
  let rotating: TestGateway;
  let guarded: TestGateway;
  let customer: Customer;
  beforeAll(async () => {
    world = await openWorld(serverUrl ?? '');
    gateway = await world.gateway();
    rotating = await world.gateway({
      JIT_BASIC_AUTH_USERNAME_NEXT: NEXT.username,
      JIT_BASIC_AUTH_PASSWORD_NEXT: NEXT.password,
    });
    guarded = await world.gateway({ JIT_HEADER_NAME: HEADER.name, JIT_HEADER_VALUE: HEADER.value });
    customer = await world.customer('known');
  });
  afterAll(() => world.close());

  /** Without the headers that a good request has. */
  const send = ({ url }: TestGateway, headers: NonNullable<Send['headers']>) =>
    exchange(`${url}/v1/jit`, { headers, body: jitRequest(customer) });

  const statusFrom = async (to: TestGateway, headers: Record<string, string>) => (await send(to, headers)).status;

  const WRONG: readonly (readonly [string, Record<string, string>])[] = [
    ['no credentials', {}],
    ['a wrong password', { authorization: basic(USERNAME, `${PASSWORD}!`) }],
    ['credentials of the rotation that nobody began', { authorization: basic(NEXT.username, NEXT.password) }],
  ];

  it.each(WRONG)('%s: 401 as a problem, nothing decided', async (_, headers) => {
    const refused = await gateway.metric('freeway_requests_refused_total', { status: '401' });
    const reply = await send(gateway, headers);
    expect(reply.status).toBe(401);
    expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(reply.headers['www-authenticate']).toMatch(/^Basic realm=/);
    expect(JSON.parse(reply.text)).toEqual({
      status: 401,
      type: 'urn:freeway:unauthorized',
      title: 'Wrong or missing credentials',
    });
    expect(await gateway.metric('freeway_requests_refused_total', { status: '401' })).toBe(refused + 1);
    expect(await world.sql`select 1 from decisions`).toEqual([]);
  });

  it('two conflicting Authorization headers are refused', async () => {
    expect((await send(gateway, { authorization: [basic('a', 'b'), AUTHORIZATION] })).status).toBe(401);
  });

  it('whoever is not known learns nothing else: not of a bad body, nor of a method, nor of a size', async () => {
    const url = `${gateway.url}/v1/jit`;
    expect((await exchange(url, { body: 'not json' })).status).toBe(401);
    expect((await exchange(url, { method: 'GET' })).status).toBe(401);
    expect((await exchange(url, { body: 'x'.repeat(1_000_000) })).status).toBe(401);
  });

  it('the right credentials, whatever the case of the scheme', async () => {
    expect((await send(gateway, { authorization: AUTHORIZATION })).status).toBe(200);
    expect((await send(gateway, { authorization: basic(USERNAME, PASSWORD, 'bAsIC') })).status).toBe(200);
  });

  it('both credentials while they are rotated', async () => {
    expect(await statusFrom(rotating, { authorization: AUTHORIZATION })).toBe(200);
    expect(await statusFrom(rotating, { authorization: basic(NEXT.username, NEXT.password) })).toBe(200);
  });

  it('the extra header where it is asked for, beside the credentials', async () => {
    const authorization = AUTHORIZATION;
    expect(await statusFrom(guarded, { authorization })).toBe(401);
    expect(await statusFrom(guarded, { authorization, 'x-programme-key': `${HEADER.value} ` })).toBe(200);
    expect(await statusFrom(guarded, { authorization, 'X-PROGRAMME-KEY': HEADER.value })).toBe(200);
    expect(await statusFrom(guarded, { authorization, 'x-programme-key': '' })).toBe(401);
  });

  it('what operators read needs no credentials', async () => {
    for (const path of ['/health', '/ready', '/metrics', '/profile'])
      expect((await exchange(`${gateway.url}${path}`, { method: 'GET' })).status).toBe(200);
  });
});
