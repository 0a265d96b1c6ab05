// Nothing crashes, and no secret, card data or text of a message reaches a log line, at any level, whatever goes wrong.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exchange } from './http-client.ts';
import { type Ask, jitRequest } from './message.ts';
import {
  AUTHORIZATION,
  openGateway,
  openWorld,
  PASSWORD,
  type TestGateway,
  USERNAME,
  type World,
} from './open-world.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];
const redisUrl = process.env['TEST_REDIS_URL'];

const NEXT_PASSWORD = 'Second-Quay-Lane-8-is-open';
const HEADER_VALUE = 'harbour-wall-55-north';
const DATABASE_PASSWORD = 'dock-gate-number-nine';
/** Test numbers that the card networks publish. */
const PANS = ['4111111111111111', '5555555555554444', '2223000048400011', '378282246310005'];

const SECRETS = {
  ours: [PASSWORD, NEXT_PASSWORD, HEADER_VALUE, DATABASE_PASSWORD, AUTHORIZATION.slice('Basic '.length)],
  card: [...PANS, '4111 1111', 'seven-three-seven', '4111-1111'],
  person: [
    'Emmeline',
    'Vandersteen',
    'emmeline@harbour.example',
    '+32 59 55 01 99',
    'QX9 4ZZ',
    'Quay Lane',
    '1987-02-03',
  ],
  message: ['HARBOUR GREENGROCER', 'under the third stone', 'gpa_order', 'jit_funding', 'card_acceptor', '9876543.21'],
};

/** What a message may carry that no line may show (PROTOCOL 15, 21). */
const PERSONAL = {
  memo: 'under the third stone',
  card: {
    pan: PANS[0],
    last_four: '1111',
    cvv_number: 'seven-three-seven',
    expiration: '0930',
    metadata: { pin: '4111 1111' },
  },
  user: { metadata: { first_name: 'Emmeline', last_name: 'Vandersteen', email: 'emmeline@harbour.example' } },
  address_verification: { request: { street_address: '7 Quay Lane', postal_code: 'QX9 4ZZ' } },
  digital_wallet_token: { device: { phone_number: '+32 59 55 01 99', name: "Emmeline's watch" } },
  birth_date: '1987-02-03',
};

function expectClean(text: string): void {
  const found = Object.values(SECRETS)
    .flat()
    .filter((secret) => text.includes(secret));
  expect(found).toEqual([]);
  expect(text).not.toContain(Buffer.from(PASSWORD).toString('base64'));
}

describe.skipIf(serverUrl === undefined)('the log', () => {
  let world: World;
  let gateway: TestGateway;
  let away: TestGateway;
  let declining: TestGateway;
  beforeAll(async () => {
    world = await openWorld(serverUrl ?? '');
    const env = {
      JIT_BASIC_AUTH_USERNAME_NEXT: 'platform-2',
      JIT_BASIC_AUTH_PASSWORD_NEXT: NEXT_PASSWORD,
      JIT_HEADER_NAME: 'x-programme-key',
      JIT_HEADER_VALUE: HEADER_VALUE,
      LOG_LEVEL: 'trace',
      // every request and every statement is slow, and says so
      SLOW_REQUEST_WARN_MS: '1',
      SLOW_REQUEST_CRITICAL_MS: '2',
      SLOW_QUERY_MS: '1',
      BODY_LIMIT_BYTES: '20000',
    };
    gateway = await world.gateway(redisUrl === undefined ? env : { ...env, REDIS_URL: redisUrl });
    const nobody = `postgres://freeway:${DATABASE_PASSWORD}@127.0.0.1:9/freeway`;
    const soon = { MARQETA_TIMEOUT_MS: '1000', NETWORK_ALLOWANCE_MS: '900', DATABASE_URL: nobody };
    away = await openGateway({ ...env, ...soon, REDIS_URL: `redis://:${DATABASE_PASSWORD}@127.0.0.1:9` });
    declining = await openGateway({ ...env, ...soon, LEDGER_UNAVAILABLE: 'decline' });
  });
  afterAll(async () => {
    await Promise.all([away.stop(), declining.stop()]);
    await world.close();
  });

  const headers = { 'x-programme-key': HEADER_VALUE };

  async function sendEverything(to: TestGateway, customer: { user: string; card: string }): Promise<number[]> {
    const asks: readonly Ask[] = [
      {},
      { amount: '9876543.21' },
      { amount: '-9876543.21' },
      { amount: '"9876543.21 EUR"' },
      { currency: 'XQQ' },
      { card: PANS[1] },
      { user: PANS[2], card: PANS[1] },
      { user: 'emmeline@harbour.example' },
      { method: `pgfs.${PANS[3]}` },
      { transaction: PANS[0] ?? '', amount: '1.00' },
      // the same token with other content: an alarm, with the tokens in it
      { transaction: PANS[0] ?? '', amount: '2.00' },
      { transaction: 'emmeline@harbour.example', amount: '1.00' },
      { transaction: 'emmeline@harbour.example', amount: '2.00' },
      { card: 'a\u0000b' },
      { method: 'pgfs.balanceinquiry', amount: '0' },
      { method: 'pgfs.refund.authorization', side: 'unload' },
    ];
    const bodies = asks.map((ask) => jitRequest({ ...customer, members: PERSONAL, ...ask }));
    const good = bodies[0] ?? '';
    const answers = [];
    for (const body of [...bodies, good.slice(0, -1), good.replace('"gpa_order"', '"order"'), '', `[${good}]`])
      answers.push(await to.post(body, { headers }));
    answers.push(await to.post(good.padEnd(30_000), { headers }));
    answers.push(await to.post(good, { headers: { ...headers, authorization: 'Basic Zm9vOmJhcg==' } }));
    answers.push(await to.post(good, { headers: { 'x-programme-key': 'wrong' } }));
    const query = `?password=${PASSWORD}&pan=${PANS[0]}`;
    answers.push(await exchange(`${to.url}/v1/jit${query}`, { headers: { ...headers, authorization: AUTHORIZATION } }));
    for (const path of ['/health', '/ready', '/metrics', '/profile', `/nothing${query}`])
      answers.push(await exchange(`${to.url}${path}`, { method: 'GET', headers: { authorization: AUTHORIZATION } }));
    return answers.map(({ status }) => status);
  }

  it('says nothing that it should not, over good and bad requests', async () => {
    const customer = await world.customer('logged');
    const statuses = await sendEverything(gateway, customer);
    expect(statuses.filter((status) => status >= 500)).toEqual([]);
    expect(new Set(statuses)).toEqual(new Set([200, 400, 401, 402, 404, 413]));
    const messages = gateway.log.lines().map(({ msg }) => msg);
    expect(messages).toContain('listening');
    expect(messages).toContain('a token came back with other content');
    expect(messages).toContain('critically slow authorization');
    expect(messages).toContain('slow query');
    expectClean(gateway.log.text());
    expect(gateway.log.text()).not.toContain(USERNAME);
  });

  it('nor when the database fails on what it is given', async () => {
    const customer = await world.customer('failing');
    await world.sql
      .unsafe(
        `
      create function refuse_all() returns trigger language plpgsql as $$
      begin raise exception 'no: % % %', new.card_token, new.owner_token, new.message_token; end $$;
      create trigger refuse_all before insert on decisions for each row execute function refuse_all();`,
      )
      .simple();
    const answers = await Promise.all(
      PANS.map((pan) =>
        gateway.post(jitRequest({ ...customer, card: pan, jit: `${pan} `, members: PERSONAL }), { headers }),
      ),
    );
    await world.sql`drop trigger refuse_all on decisions`;
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503]);
    expect(gateway.log.lines().map(({ msg }) => msg)).toContain('the ledger could not answer');
    // what the database said of the card numbers was on its way to the log
    expect(gateway.log.text()).toContain('no: [redacted]');
    expectClean(gateway.log.text());
    for (const { text } of answers) expectClean(text.replaceAll('"token"', ''));
  });

  it.each(['error', 'decline'])('nor while nothing of what it needs can be reached (%s)', async (choice) => {
    const to = choice === 'error' ? away : declining;
    const statuses = await sendEverything(to, { user: 'emmeline', card: PANS[0] ?? '' });
    expect(statuses.filter((status) => status === 200)).toEqual([200, 200]);
    expect(statuses.some((status) => status === (choice === 'error' ? 503 : 402))).toBe(true);
    expect(to.log.lines().map(({ msg }) => msg)).toContain('the ledger could not answer');
    expectClean(to.log.text());
  });
});
