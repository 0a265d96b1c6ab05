// money.md *two keys*: one effect per transaction, one stored answer per message, and an alarm for other content.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ask, jitRequest } from './message.ts';
import { type Answer, type Customer, openWorld, type TestGateway, type World } from './open-world.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

/** What an answer says besides the token of the message that it answers. */
const withoutToken = (answer: Answer) => ({ status: answer.status, ...answer.funding, token: undefined });

describe.skipIf(serverUrl === undefined)('two keys', () => {
  let world: World;
  let one: TestGateway;
  let other: TestGateway;
  let ada: Customer;
  let bob: Customer;
  beforeAll(async () => {
    world = await openWorld(serverUrl ?? '');
    one = await world.gateway();
    other = await world.gateway();
    ada = await world.customer('ada');
    bob = await world.customer('bob');
  });
  afterAll(() => world.close());

  const decisions = async (transaction: string) =>
    Number((await world.sql`select count(*) from decisions where transaction_token = ${transaction}`)[0]?.['count']);
  const outboxRows = async (transaction: string) =>
    Number(
      (
        await world.sql`select count(*) from outbox join decisions using (account_id, decision_id)
          where transaction_token = ${transaction}`
      )[0]?.['count'],
    );
  const held = async (customer: Customer) => (await world.balances(customer.accountId)).held;

  it('100 repeats at once over two gateways book once and are answered alike to the byte', async () => {
    const before = await held(ada);
    const body = jitRequest({ ...ada, amount: '3.00', transaction: 't-100', jit: 'j-100' });
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? one : other).post(body)),
    );
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]?.status).toBe(200);
    expect([await held(ada), await decisions('t-100'), await outboxRows('t-100')]).toEqual([before + 300n, 1, 1]);
    expect(await world.broken()).toEqual([]);
  });

  it('100 messages at once about one transaction book once and repeat its decision, each under its own token', async () => {
    const before = await held(ada);
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        (index % 2 === 0 ? one : other).ask({ ...ada, amount: '3.00', transaction: 't-many', jit: `j-many-${index}` }),
      ),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(withoutToken(answer)))).size).toBe(1);
    expect(answers.map(({ funding }) => funding?.['token'])).toEqual(answers.map((_, index) => `j-many-${index}`));
    expect([await held(ada), await decisions('t-many')]).toEqual([before + 300n, 1]);
  });

  it('a repeat after the funds are gone still gets the approval that was stored', async () => {
    const poor = await world.customer('poor', { opening_balance: '5.00' });
    const ask = { ...poor, amount: '5.00', transaction: 't-last', jit: 'j-last' };
    const first = await one.ask(ask);
    const next = await other.ask({ ...poor, amount: '5.00' });
    const again = await other.ask(ask);
    expect([first.status, next.funding?.['decline_reason'], again.text]).toEqual([
      200,
      'INSUFFICIENT_FUNDS',
      first.text,
    ]);
    expect(await held(poor)).toBe(500n);
  });

  it('a decline is stored and repeated, even once it would be approved', async () => {
    const broke = await world.customer('broke', { opening_balance: '1.00' });
    const ask = { ...broke, amount: '5.00', transaction: 't-declined', jit: 'j-declined' };
    const first = await one.ask(ask);
    await world.sql`update accounts set credit_line_minor = 10000 where account_id = ${broke.accountId}`;
    expect((await one.ask({ ...broke, amount: '5.00' })).status).toBe(200);
    const again = await other.ask(ask);
    expect([first.funding?.['decline_reason'], again.text]).toEqual(['INSUFFICIENT_FUNDS', first.text]);
    expect(await decisions('t-declined')).toBe(1);
  });

  it('a decision without an account is stored under the null account: opened later, the repeat is still declined', async () => {
    const [user, card] = [world.token('late'), world.token('late-card')];
    const ask = { user, card, amount: '2.00', transaction: 't-nobody', jit: 'j-nobody' };
    const first = await one.ask(ask);
    expect(first.funding?.['decline_reason']).toBe('INVALID_CARD');
    const late = await world.customer('late');
    const again = await other.ask(ask);
    expect([again.status, again.text]).toEqual([402, first.text]);
    expect((await one.ask({ user, card, amount: '2.00' })).status).toBe(200);
    expect([await held(late), await decisions('t-nobody')]).toEqual([200n, 1]);
    expect(await world.sql`select account_id, reason from decisions where transaction_token = 't-nobody'`).toEqual([
      { account_id: '0', reason: 'unknown_owner' },
    ]);
  });

  it('amounts compare as money: the same message with 3.0 for 3.00 is a repeat', async () => {
    const ask = { ...ada, transaction: 't-forms', jit: 'j-forms' };
    const first = await one.ask({ ...ask, amount: '3.00' });
    const again = await other.ask({ ...ask, amount: '3.0' });
    expect([again.status, again.funding?.['tags']]).toEqual([200, first.funding?.['tags']]);
    expect(await decisions('t-forms')).toBe(1);
  });

  describe('the same token with other content', () => {
    const CHANGES: readonly (readonly [string, (own: Customer, others: Customer) => Ask])[] = [
      ['another amount', () => ({ amount: '4.01' })],
      ['another card', (_, others) => ({ card: others.card })],
      ['another owner', (_, others) => ({ user: others.user })],
      ['another currency', () => ({ currency: 'USD' })],
      ['another method', () => ({ method: 'pgfs.auth_plus_capture' })],
    ];
    const KEYS = [
      ['the message', (name: string) => ({ jit: `j-${name}`, transaction: `t-other-${name}` })],
      ['the transaction', (name: string) => ({ jit: `j-other-${name}`, transaction: `t-${name}` })],
    ] as const;
    const cases = KEYS.flatMap(([key, reuse]) => CHANGES.map(([what, change]) => ({ key, reuse, what, change })));

    it.each(cases)(
      '$what under the token of $key: 402, nothing booked, an alarm',
      async ({ key, reuse, what, change }) => {
        const name = `${key} ${what}`;
        const ask = { ...ada, amount: '4.00', transaction: `t-${name}`, jit: `j-${name}` };
        const first = await one.ask(ask);
        const before = [await held(ada), await held(bob)];
        const count = await world.sql`select count(*) from decisions`;
        const alarms = await other.metric('freeway_tokens_reused_total');

        const refused = await other.ask({ ...ask, ...change(ada, bob), ...reuse(name) });

        expect([refused.status, refused.funding?.['decline_reason']]).toEqual([402, 'TRANSACTION_NOT_PERMITTED']);
        expect([await held(ada), await held(bob)]).toEqual(before);
        expect(await world.sql`select count(*) from decisions`).toEqual(count);
        expect(await other.metric('freeway_tokens_reused_total')).toBe(alarms + 1);
        expect((await one.ask(ask)).text).toBe(first.text);
        expect(other.log.lines().map(({ msg }) => msg)).toContain('a token came back with other content');
      },
    );

    it('sent together with the first: one of the two is booked, the other refused', async () => {
      for (let round = 0; round < 10; round++) {
        const ask = { transaction: `t-race-${round}`, jit: `j-race-${round}`, amount: '1.00' };
        const before = (await held(ada)) + (await held(bob));
        const answers = await Promise.all([one.ask({ ...ask, ...ada }), other.ask({ ...ask, ...bob })]);
        expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 402]);
        const declined = answers.find(({ status }) => status === 402);
        expect(declined?.funding?.['decline_reason']).toBe('TRANSACTION_NOT_PERMITTED');
        expect((await held(ada)) + (await held(bob))).toBe(before + 100n);
      }
      expect(await world.broken()).toEqual([]);
    });
  });
});
