// architecture.md: Redis may be dead, slow or lying at any moment without one wrong, lost or late decision.
import type { FaultProxy } from '@freeway/testkit/fault-proxy';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { behindProxy } from './behind-proxy.ts';
import { type Customer, openWorld, type TestGateway, type World } from './open-world.ts';
import { redis } from './redis-client.ts';
import { tally } from './tally.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];
const redisUrl = process.env['TEST_REDIS_URL'] ?? '';

const factKeys = ({ user, card }: Customer) => ({
  owner: `freeway:fact:owner:user:${user}`,
  card: `freeway:fact:card:${card}`,
});

describe.skipIf(serverUrl === undefined || redisUrl === '')('while Redis fails', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(serverUrl ?? '');
  });
  afterAll(async () => {
    expect(await world.broken()).toEqual([]);
    await world.close();
  });

  describe('dead or slow', () => {
    let proxy: FaultProxy;
    let gateway: TestGateway;
    beforeAll(async () => {
      const behind = await behindProxy(redisUrl);
      proxy = behind.proxy;
      // Facts leave the process at once, so that every request asks Redis.
      const ttls = { FACT_TTL_OWNER_MS: '1', FACT_TTL_CARD_MS: '1', FACT_TTL_CHAIN_MS: '1' };
      gateway = await world.gateway({ REDIS_URL: behind.url, ...ttls });
    });
    afterAll(() => proxy.close());

    const isUp = async () => (await gateway.metric('freeway_redis', { state: 'breakerOpen' })) === 0;
    const FAULTS: readonly (readonly [string, () => Promise<void> | void])[] = [
      ['refused', () => proxy.refuse()],
      ['stalled', () => proxy.stall()],
      ['cut', () => proxy.cut()],
    ];

    it.each(FAULTS)('%s under traffic: every authorization is answered and booked', async (what, fail) => {
      await vi.waitFor(async () => expect(await isUp()).toBe(true), { timeout: 20_000 });
      const customers = await Promise.all(Array.from({ length: 5 }, (_, n) => world.customer(`${what}-${n}`)));
      const traffic = (count: number) =>
        Promise.all(
          Array.from({ length: count }, (_, n) => gateway.ask({ ...(customers[n % 5] as Customer), amount: '1.00' })),
        );
      const before = await traffic(20);
      const underWay = traffic(50);
      await fail();
      const answers = [...before, ...(await underWay), ...(await traffic(30))];
      await proxy.forward();
      answers.push(...(await traffic(20)));
      expect(tally(answers)).toEqual({ approved: 120 });
      for (const { accountId } of customers) expect((await world.balances(accountId)).held).toBe(2400n);
    });

    it('is reported, and required by nobody', async () => {
      await proxy.refuse();
      await vi.waitFor(async () => expect(await isUp()).toBe(false), { timeout: 10_000 });
      expect((await gateway.ask(await world.customer('without'))).status).toBe(200);
      await proxy.forward();
    });
  });

  describe('lying', () => {
    type Kind = keyof ReturnType<typeof factKeys>;
    const KINDS: readonly Kind[] = ['owner', 'card'];

    /** Facts that are right but for what is said; versions are far from the true ones. */
    const plausible = (kind: Kind, { user, card, accountId }: Customer, version: number): object => {
      const account = { accountId, currency: 'EUR', state: 'open' };
      if (kind === 'owner')
        return {
          kind: 'user',
          token: user,
          state: 'active',
          blocked: false,
          blockedCategories: [],
          accounts: [account],
          limits: [],
          version,
        };
      const owner = { kind: 'user', token: user };
      return { token: card, owner, state: 'active', blockedCategories: [], limits: [], version };
    };
    type Lie = readonly [string, (kind: Kind, who: Customer) => string];
    const LIES: readonly Lie[] = [
      ['nothing', () => ''],
      ['garbage', () => '\u0000\u0001{"'],
      ['null', () => 'null'],
      ['a number', () => '17'],
      ['an empty object', () => '{}'],
      ['an empty list', () => '[]'],
      ['members of other types', () => '{"accounts":"x","limits":7,"version":"1","blockedCategories":null,"token":[]}'],
      ['members that hold others', () => '{"accounts":[null],"limits":[null,{}],"version":1,"blockedCategories":[7]}'],
      ['an old version', (kind, who) => JSON.stringify(plausible(kind, who, 1))],
      ['a version of the future', (kind, who) => JSON.stringify(plausible(kind, who, 2 ** 52))],
      ['a version that is no number', (kind, who) => JSON.stringify({ ...plausible(kind, who, 1), version: null })],
      ['a negative version', (kind, who) => JSON.stringify(plausible(kind, who, -1))],
    ];
    const cases = LIES.flatMap(([lie, text]) => KINDS.map((kind) => ({ lie, text, kind })));

    let count = 0;
    const tell = async (kind: Kind, customer: Customer, text: string) => {
      await redis(redisUrl, 'DEL', factKeys(customer)[kind]);
      await redis(redisUrl, 'SET', factKeys(customer)[kind], text, 'EX', '60');
    };
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await world.gateway({ REDIS_URL: redisUrl });
      const isUp = async () => (await gateway.metric('freeway_redis', { state: 'breakerOpen' })) === 0;
      await vi.waitFor(async () => expect(await isUp()).toBe(true), { timeout: 20_000 });
    });

    it.each(cases)('$lie for $kind: approved and declined as PostgreSQL knows', async ({ kind, text }) => {
      const customer = await world.customer(`lied-to-${++count}`);
      await tell(kind, customer, text(kind, customer));
      expect((await gateway.ask({ ...customer, amount: '1.00' })).status).toBe(200);

      const suspended = await world.customer(`lied-to-${++count}`);
      await world.sql`update cards set state = 'suspended' where token = ${suspended.card}`;
      await tell(kind, suspended, text(kind, suspended));
      const refused = await gateway.ask({ ...suspended, amount: '1.00' });
      expect([refused.status, refused.funding?.['decline_reason']]).toEqual([402, 'CARD_NOT_ACTIVE']);

      const limited = await world.customer(`lied-to-${++count}`);
      for (const subject of [{ card: limited.card }, { user: limited.user }]) {
        const token = world.token(`lied-limit-${count}-${Object.keys(subject)[0]}`);
        const max = 'card' in subject ? '5.00' : '6.00';
        await world.limit({ token, ...subject, currency: 'EUR', window: 'transaction', max_amount: max });
      }
      await tell(kind, limited, text(kind, limited));
      expect((await gateway.ask({ ...limited, amount: '6.01' })).funding?.['decline_reason']).toBe(
        'AMOUNT_LIMIT_EXCEEDED',
      );
      expect((await gateway.ask({ ...limited, amount: '5.01' })).funding?.['decline_reason']).toBe(
        'AMOUNT_LIMIT_EXCEEDED',
      );
      expect((await gateway.ask({ ...limited, amount: '5.00' })).status).toBe(200);
    });

    it.each(KINDS)('a value of another type for %s', async (kind) => {
      const customer = await world.customer(`typed-${++count}`);
      const key = factKeys(customer)[kind];
      await redis(redisUrl, 'DEL', key);
      await redis(redisUrl, 'LPUSH', key, 'a', 'b');
      expect((await gateway.ask({ ...customer, amount: '1.00' })).status).toBe(200);
      await redis(redisUrl, 'DEL', key);
    });

    it.each([
      '',
      '{}',
      'null',
      '{"chainToken":"x"}',
      '{"chainToken":7,"accountId":{},"owner":"u","countedAtMs":"now"}',
    ])('a chain that is %j: increments go home', async (text) => {
      const customer = await world.customer(`chain-${++count}`);
      const base = world.token(`chain-base-${count}`);
      await gateway.ask({ ...customer, amount: '1.00', transaction: base });
      await redis(redisUrl, 'SET', `freeway:fact:chain:${base} `, text, 'EX', '60');
      const method = 'pgfs.authorization.incremental';
      expect((await gateway.ask({ ...customer, amount: '2.00', method, preceding: base })).status).toBe(200);
      expect(
        await world.sql`select chain_token, amount_minor from holds where account_id = ${customer.accountId}`,
      ).toEqual([{ chain_token: base, amount_minor: '300' }]);
    });

    it("two ledgers on one Redis never take each other's facts for their own", async () => {
      // The same steps in both, so that whatever counts from one says the same in both.
      const other = await openWorld(serverUrl ?? '');
      try {
        const [user, card] = ['shared-user', 'shared-card'].map((name) => world.token(name)) as [string, string];
        const open = async (where: World, blocked: boolean) => {
          await where.user(user);
          await where.card(card, user);
          await where.account({ user, currency: 'EUR', opening_balance: '10.00' });
          await where.sql`update cards set state = ${blocked ? 'suspended' : 'active'} where token = ${card}`;
        };
        await open(other, false);
        const elsewhere = await other.gateway({ REDIS_URL: redisUrl });
        await vi.waitFor(async () => expect(await elsewhere.metric('freeway_redis', { state: 'breakerOpen' })).toBe(0));
        expect((await elsewhere.ask({ user, card, amount: '1.00' })).status).toBe(200);
        const third = await openWorld(serverUrl ?? '');
        try {
          await open(third, true);
          const here = await third.gateway({ REDIS_URL: redisUrl });
          await vi.waitFor(async () => expect(await here.metric('freeway_redis', { state: 'breakerOpen' })).toBe(0));
          expect((await here.ask({ user, card, amount: '1.00' })).funding?.['decline_reason']).toBe('CARD_NOT_ACTIVE');
        } finally {
          await third.close();
        }
      } finally {
        await other.close();
      }
    });
  });
});
