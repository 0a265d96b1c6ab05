// money.md *always answer* and *amount forms*: once it can be echoed, a message is answered 200, or 402 with its named
// reason; a decline books nothing. No message, however strange, brings the gateway down or keeps others from an answer.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readOutbox } from '@freeway/postgres';
import { type Ask, jitRequest } from './message.ts';
import { type Answer, type Customer, openWorld, type TestGateway, type World } from './open-world.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

const said = ({ status, funding }: Answer) => funding?.['decline_reason'] ?? status;

const merchant = (members: object) => ({ members: { card_acceptor: members } });

describe.skipIf(serverUrl === undefined)('a message that can be echoed is answered', () => {
  let world: World;
  let gateway: TestGateway;
  let customer: Customer;
  beforeAll(async () => {
    world = await openWorld(serverUrl ?? '');
    gateway = await world.gateway({ BODY_LIMIT_BYTES: '1000000' });
    customer = await world.customer('answered', { opening_balance: '1000000.00' });
  });
  afterAll(async () => {
    expect(await world.broken()).toEqual([]);
    await world.close();
  });

  let asked = 0;
  const newTokens = () => ({ jit: `answer-jit-${++asked}`, transaction: `answer-${asked}` });
  const booked = async () => [
    await world.sql`select account_id, posted_minor, held_minor, pending_credit_minor from accounts order by account_id`,
    await world.sql`select count(*) from holds`,
    await world.sql`select count(*) from counters`,
  ];

  describe('402 with its reason, nothing booked', () => {
    const CASES: readonly (readonly [string, Ask, wire: string, ours: string])[] = [
      ['a negative amount', { amount: '-1.00' }, 'INVALID_AMOUNT', 'invalid_amount'],
      ['a 20-digit amount', { amount: '12345678901234567890' }, 'INVALID_AMOUNT', 'invalid_amount'],
      ['a 20-digit amount as text', { amount: '"12345678901234567890"' }, 'INVALID_AMOUNT', 'invalid_amount'],
      ['an amount beyond what a float can hold', { amount: '1e999999' }, 'INVALID_AMOUNT', 'invalid_amount'],
      ['an amount below what a float can hold', { amount: '1e-999999' }, 'INVALID_AMOUNT', 'invalid_amount'],
      ['an amount of 10,000 digits', { amount: '9'.repeat(10_000) }, 'INVALID_AMOUNT', 'invalid_amount'],
      ['too many decimals', { amount: '1.001' }, 'INVALID_AMOUNT', 'invalid_amount'],
      ['too many decimals by a hair', { amount: '1.00000000000000000001' }, 'INVALID_AMOUNT', 'invalid_amount'],
      ['decimals of yen', { amount: '1.5', currency: 'JPY' }, 'INVALID_AMOUNT', 'invalid_amount'],
      ['an amount that is a word', { amount: '"ten"' }, 'INVALID_AMOUNT', 'invalid_amount'],
      ['an amount in hexadecimal', { amount: '"0x10"' }, 'INVALID_AMOUNT', 'invalid_amount'],
      ['an amount with a comma', { amount: '"1,50"' }, 'INVALID_AMOUNT', 'invalid_amount'],
      ['an unknown currency', { currency: 'XQQ' }, 'INVALID_AMOUNT', 'unknown_currency'],
      ['a currency in small letters', { currency: 'eur' }, 'INVALID_AMOUNT', 'unknown_currency'],
      ['a currency as a number', { currency: '978' }, 'INVALID_AMOUNT', 'unknown_currency'],
      ['a currency named after a member of objects', { currency: '__proto__' }, 'INVALID_AMOUNT', 'unknown_currency'],
      ['a currency without an account', { currency: 'USD' }, 'INVALID_AMOUNT', 'no_account'],
      ['an unknown card', { card: 'no-such-card' }, 'INVALID_CARD', 'unknown_card'],
      ['no card', { card: undefined }, 'INVALID_CARD', 'unknown_card'],
      ['a card with a NUL', { card: 'a\u0000b' }, 'INVALID_CARD', 'unknown_card'],
      ['a card of 10,000 letters', { card: 'c'.repeat(10_000) }, 'INVALID_CARD', 'unknown_card'],
      ['an unknown owner', { user: 'no-such-user' }, 'INVALID_CARD', 'unknown_owner'],
      ['an unknown business', { business: 'no-such-business' }, 'INVALID_CARD', 'unknown_owner'],
      ['no owner', { user: undefined }, 'INVALID_CARD', 'unknown_owner'],
      ['an owner with a NUL', { user: 'a\u0000b' }, 'INVALID_CARD', 'unknown_owner'],
      ['an owner with half a character', { user: 'a\ud800b' }, 'INVALID_CARD', 'unknown_owner'],
      ['SQL for an owner', { user: "'; drop table accounts; --" }, 'INVALID_CARD', 'unknown_owner'],
      ['a member of objects for an owner', { user: '__proto__' }, 'INVALID_CARD', 'unknown_owner'],
      ['an array literal for an owner', { user: '{"a","b\\"}' }, 'INVALID_CARD', 'unknown_owner'],
      ['more than there is', { amount: '1000000.01' }, 'INSUFFICIENT_FUNDS', 'insufficient_funds'],
      ['the largest amount', { amount: '9999999999999.99' }, 'INSUFFICIENT_FUNDS', 'insufficient_funds'],
    ];

    it.each(CASES)('%s', async (_, ask, wire, ours) => {
      const before = await booked();
      const metric = await gateway.metric('freeway_authorizations_declined_total', { reason: ours });
      const tokens = newTokens();
      const body = jitRequest({ ...customer, amount: '1', ...tokens, ...ask });
      const answer = await gateway.post(body);
      expect([answer.status, said(answer)]).toEqual([402, wire]);
      expect(answer.funding).toMatchObject({ token: tokens.jit, method: 'pgfs.authorization' });
      expect(await booked()).toEqual(before);
      expect(await gateway.metric('freeway_authorizations_declined_total', { reason: ours })).toBe(metric + 1);
      // stored, and so it repeats
      expect((await gateway.post(body)).text).toBe(answer.text);
      expect(await world.sql`select reason, effect from decisions where message_token = ${tokens.jit}`).toEqual([
        { reason: ours, effect: 'none' },
      ]);
    });
  });

  it.each([
    ['-1.00', '-1.00'],
    ['12345678901234567890', '12345678901234567890'],
    ['1.00000000000000000001', '1.00000000000000000001'],
    ['"12345678901234567890"', '12345678901234567890'],
    ['"ten"', '0'],
  ])('the amount %s comes back digit by digit as %s', async (amount, echo) => {
    const { text } = await gateway.ask({ ...customer, amount });
    expect(text).toContain(`"amount":${echo},`);
  });

  it.each([
    ['10', 1000n],
    ['10.0', 1000n],
    ['10.500', 1050n],
    ['1E+1', 1000n],
    ['1050e-2', 1050n],
    ['0.1e2', 1000n],
    ['"10.50"', 1050n],
    ['"+10.5"', 1050n],
    ['" 0010.50 "', 1050n],
    ['4503599627370.97', undefined],
    ['0.07', 7n],
  ] as const)('the amount %s is %s minor units', async (amount, minor) => {
    const before = await world.balances(customer.accountId);
    const answer = await gateway.ask({ ...customer, amount });
    const { held } = await world.balances(customer.accountId);
    if (minor === undefined) expect([said(answer), held]).toEqual(['INSUFFICIENT_FUNDS', before.held]);
    else expect([said(answer), held]).toEqual([200, before.held + minor]);
  });

  it('every content type, and none, is JSON', async () => {
    const TYPES = [
      'application/json; charset=utf-8',
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'no/such; type',
      'garbage',
      '',
    ];
    for (const type of TYPES) {
      const answer = await gateway.post(jitRequest({ ...customer, amount: '1' }), {
        headers: { 'content-type': type },
      });
      expect([type, answer.status]).toEqual([type, 200]);
    }
  });

  const approve = async (ask: Ask, change: (body: string) => string | Uint8Array = (body) => body) => {
    const tokens = newTokens();
    const answer = await gateway.post(change(jitRequest({ ...customer, amount: '1', ...tokens, ...ask })));
    expect([answer.status, said(answer), answer.funding?.['token']]).toEqual([200, 200, tokens.jit]);
    const [row] = await world.sql`select record, card_token from outbox join decisions using (account_id, decision_id)
      where message_token = ${tokens.jit}`;
    return { ...JSON.parse(row?.['record']), card_token: row?.['card_token'] };
  };

  // The tokens can be sent back, though not stored as they are.
  it.each([
    ['a message token of 256 characters', { jit: 'x'.repeat(256) }],
    ['a message token with a NUL', { jit: 'the\u0000jit' }],
    ['a message token with half a character', { jit: 'the\ud800jit' }],
    ['a transaction token with a NUL', { transaction: 'a\u0000b' }],
    ['a method with a NUL', { method: 'pgfs\u0000' }],
  ] as const)('402 for %s, the same again for a repeat, nothing booked', async (_, ask) => {
    const before = await booked();
    const body = jitRequest({ ...customer, amount: '1', ...newTokens(), ...ask });
    const reply = await gateway.post(body);
    expect(reply.status).toBe(402);
    expect(reply.funding).toMatchObject({
      decline_reason: 'TRANSACTION_NOT_PERMITTED',
      amount: 1,
    });
    expect(await gateway.post(body)).toMatchObject({ status: 402, text: reply.text });
    expect(await booked()).toEqual(before);
  });

  describe('strange, and approved like any other', () => {
    it.each([
      ['texts with NUL and half characters', merchant({ mid: 'a\u0000b', name: 'x\ud800y', country_code: '\u0000' })],
      ['texts in every script', merchant({ name: '七つの海 ﷽ 👩‍👩‍👧‍👦 \u202e', mid: "'); --" })],
      ['a merchant that is no object', { members: { card_acceptor: [1, 2] } }],
      ['no merchant, no pos, no network', { members: { card_acceptor: null, pos: undefined, network: 7 } }],
      ['a time that is none', { at: 'yesterday', members: { created_time: 12 } }],
      ['a day that does not exist', { at: '2026-02-31T00:00:00Z', members: { created_time: '2026-13-01T00:00:00Z' } }],
      ['the year 9999', { at: '9999-12-31T23:59:59.999Z' }],
      ['the year 10000, by its zone', { at: '9999-12-31T23:59:59.999-01:00' }],
      ['the year 0, which no calendar has', { at: '0000-06-01T00:00:00Z' }],
      ['an expiry in the year 0', { members: { authorization_expiration: '0000-06-01T00:00:00Z' } }],
      ['members of objects', { members: { __proto__: { a: 1 }, constructor: 1, toString: 2, hasOwnProperty: 3 } }],
      ['100 KB of text', { members: { memo: 'x'.repeat(100_000) } }],
    ] as const)('%s', async (_, ask) => {
      await approve(ask as Ask);
    });

    it('100,000 levels of nesting', async () => {
      const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
      await approve({ members: { extra: 'deep' } }, (body) => body.replace('"deep"', deep));
    });

    it('a byte order mark', async () => {
      await approve({}, (body) => Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), Buffer.from(body)]));
    });

    it('tokens of 255 characters, blank-padded tokens, tokens in other scripts', async () => {
      await approve({ transaction: 't'.repeat(255) });
      await approve({ transaction: 'транзакция-✓-{"a","b\\"}' });
      const card = { card: `  ${customer.card}  ` };
      expect(await approve(card)).toMatchObject({ card_token: customer.card });
    });
  });

  it('bytes that are no UTF-8 never make two tokens one', async () => {
    const before = await world.balances(customer.accountId);
    const withByte = (byte: number) => {
      const [head = '', tail = ''] = jitRequest({ ...customer, jit: 'byte-@', transaction: 'byte-t-@' }).split(
        'byte-@',
      );
      return Buffer.concat([Buffer.from(`${head}byte-`), Buffer.of(byte), Buffer.from(tail)]);
    };
    for (const byte of [0x80, 0xc3, 0xff]) {
      const answer = await gateway.post(withByte(byte));
      expect([answer.status, JSON.parse(answer.text).type]).toEqual([400, 'urn:freeway:not-json']);
    }
    expect(await world.balances(customer.accountId)).toEqual(before);
  });

  it('strange and plain at once: each gets its own answer', async () => {
    const strange: readonly Ask[] = [{ amount: '-1' }, { currency: 'XQQ' }, { user: 'a\u0000b' }, { amount: '1e999' }];
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        gateway.ask({
          ...customer,
          amount: '0.01',
          ...(index % 2 === 0 ? {} : strange[(index >> 1) % strange.length]),
        }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map((_, index) => (index % 2 === 0 ? 200 : 402)));
  });

  it('what was stored of all of it can be read by the relay', async () => {
    const { database } = world;
    const rows = await readOutbox(database.postgres, { xid: '0', seq: '0' }, 10_000);
    const [count] = await world.sql`select count(*)::integer as rows from outbox`;
    expect(rows).toHaveLength(count?.['rows']);
    for (const { body } of rows) expect(JSON.parse(body)).toHaveProperty('decision_id');
  });
});
