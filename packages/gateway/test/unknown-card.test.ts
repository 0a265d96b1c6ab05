// money.md *status*: an unknown card of a known owner is declined or adopted, as the operator chose.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld, type TestGateway, type World } from './open-world.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

describe.skipIf(serverUrl === undefined)('an unknown card of a known owner', () => {
  let world: World;
  let declining: TestGateway;
  let adopting: TestGateway;
  beforeAll(async () => {
    world = await openWorld(serverUrl ?? '');
    declining = await world.gateway();
    adopting = await world.gateway({ UNKNOWN_CARD: 'adopt' });
  });
  afterAll(async () => {
    expect(await world.broken()).toEqual([]);
    await world.close();
  });

  const cards = (token: string) => world.sql`select owner_kind, owner_token, state from cards where token = ${token}`;

  it('is declined by default, and stays unknown', async () => {
    const { user, accountId } = await world.customer('strict');
    const answer = await declining.ask({ user, card: 'strict-new' });
    expect([answer.status, answer.funding?.['decline_reason']]).toEqual([402, 'INVALID_CARD']);
    expect(await cards('strict-new')).toEqual([]);
    expect((await world.balances(accountId)).held).toBe(0n);
  });

  it('is adopted once from 50 requests at once, for whom the platform names', async () => {
    const { user, accountId } = await world.customer('open');
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => adopting.ask({ user, card: 'open-new', amount: '1.00' })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await cards('open-new')).toEqual([{ owner_kind: 'user', owner_token: user, state: 'active' }]);
    expect(await world.sql`select actor from audit_records where subject = 'open-new'`).toEqual([{ actor: 'gateway' }]);
    expect((await world.balances(accountId)).held).toBe(5000n);
  });

  it("is adopted for the child that used it, on the parent's account", async () => {
    const { user } = await world.customer('adopting-parent');
    expect((await adopting.ask({ user, acting: 'adopted-child', card: 'child-new' })).status).toBe(200);
    expect(await cards('child-new')).toMatchObject([{ owner_token: 'adopted-child' }]);
  });

  it('is not adopted with an unknown owner, nor without a token', async () => {
    const { user } = await world.customer('careful');
    const unknownOwner = await adopting.ask({ user: 'nobody-at-all', card: 'careful-new' });
    const noCard = await adopting.ask({ user });
    expect([unknownOwner, noCard].map(({ funding }) => funding?.['decline_reason'])).toEqual([
      'INVALID_CARD',
      'INVALID_CARD',
    ]);
    expect(await cards('careful-new')).toEqual([]);
  });
});
