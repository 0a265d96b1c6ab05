// Messages of others, where MARQETA_SAMPLES names a folder with some: each is approved once its owner, card and account
// are known, and each variant of it gets the reason that money.md names. None of them is part of this repository.
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { putCard } from '@freeway/postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld, type TestGateway, type World } from './open-world.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];
const folder = process.env['MARQETA_SAMPLES'];

type Members = Record<string, unknown>;

/** What a test must know of a message, read from it as PROTOCOL 3 describes it. */
interface Sample {
  readonly name: string;
  readonly message: Members;
  readonly isUnload: boolean;
  readonly isInquiry: boolean;
  readonly asksMoney: boolean;
  readonly owner: { readonly kind: 'user' | 'business'; readonly token: string };
  readonly card: string;
  readonly currency: string;
}

function readSamples(from: string | undefined): Sample[] {
  if (from === undefined) return [];
  return [from, join(from, 'synthetic')]
    .filter((each) => existsSync(each))
    .flatMap((each) => readdirSync(each).map((name) => join(each, name)))
    .filter((path) => /\/request\.[^/]*\.json$/.test(path))
    .map((path) => sampleOf(path.slice(from.length + 1), JSON.parse(readFileSync(path, 'utf8'))));
}

function sampleOf(name: string, message: Members): Sample {
  const isUnload = message['gpa_order'] === undefined;
  const funding = fundingOf(message);
  const business = funding['business_token'] ?? message['business_token'];
  return {
    name,
    message,
    isUnload,
    isInquiry: String(funding['method']).includes('balanceinquiry'),
    asksMoney: Number(funding['amount']) > 0,
    owner:
      business === undefined
        ? { kind: 'user', token: String(funding['user_token'] ?? message['user_token']) }
        : { kind: 'business', token: String(business) },
    card: String(message['card_token']),
    currency: String(message['currency_code']),
  };
}

function fundingOf(message: Members): Members {
  const order = (message['gpa_order'] ?? message['gpa_order_unload']) as Members;
  return order['jit_funding'] as Members;
}

/** The same request as another transaction, with other members where a test wants them. */
function variantOf({ message }: Sample, changes: Members = {}): string {
  const copy = structuredClone(message);
  Object.assign(copy, { token: randomUUID() }, changes);
  fundingOf(copy)['token'] = randomUUID();
  return JSON.stringify(copy);
}

const samples = readSamples(folder);

describe.skipIf(serverUrl === undefined || folder === undefined)('messages of others', () => {
  let world: World;
  let gateway: TestGateway;
  beforeAll(async () => {
    world = await openWorld(serverUrl ?? '');
    gateway = await world.gateway({ ORIGINAL_CREDITS: 'true', ORIGINAL_CREDIT_MAX: '1000000' });
    for (const { owner, card, currency } of samples) {
      await world[owner.kind](owner.token);
      await world.account({ [owner.kind]: owner.token, currency, opening_balance: '1000000' });
      await putCard(world.database.postgres, { token: card, [owner.kind]: owner.token }, 'tests');
    }
  });
  afterAll(async () => {
    expect(await world.broken()).toEqual([]);
    await world.close();
  });

  const ask = async (body: string) => {
    const { status, funding } = await gateway.post(body);
    return funding?.['decline_reason'] ?? status;
  };
  const during = async (change: string, undo: string, parameter: string, sample: Sample) => {
    await world.sql.unsafe(change, [parameter]);
    const said = await ask(variantOf(sample));
    await world.sql.unsafe(undo, [parameter]);
    return said;
  };

  it('there are some', () => expect(samples.length).toBeGreaterThan(0));

  describe.each(samples)('$name', (sample) => {
    const { isUnload, isInquiry, asksMoney, owner, card } = sample;

    it('is approved, with the echo, and its repeat gets the same answer', async () => {
      const body = JSON.stringify(sample.message);
      const first = await gateway.post(body);
      const { token, method, user_token, amount } = fundingOf(sample.message);
      expect(first.status).toBe(200);
      expect(first.funding).toMatchObject({ token, method, user_token, amount: Number(amount) });
      expect((await gateway.post(body)).funding?.['tags']).toBe(first.funding?.['tags']);
    });

    it('of an unknown card', async () => {
      expect(await ask(variantOf(sample, { card_token: randomUUID() }))).toBe(isUnload ? 200 : 'INVALID_CARD');
    });

    it('of an unknown owner', async () => {
      const stranger = structuredClone(sample.message);
      for (const each of [
        stranger,
        stranger['gpa_order'] ?? stranger['gpa_order_unload'],
        fundingOf(stranger),
      ] as Members[])
        for (const member of ['user_token', 'business_token'])
          if (each[member] !== undefined) each[member] = `nobody-${randomUUID()}`;
      expect(await ask(variantOf({ ...sample, message: stranger }))).toBe('INVALID_CARD');
    });

    it('without funds', async () => {
      const posted = 'where owner_token = $1 and account_id > 0';
      const takeAll = `update accounts set posted_minor = posted_minor - 100000000000 ${posted}`;
      const giveBack = `update accounts set posted_minor = posted_minor + 100000000000 ${posted}`;
      const said = await during(takeAll, giveBack, owner.token, sample);
      expect(said).toBe(!isUnload && asksMoney ? 'INSUFFICIENT_FUNDS' : 200);
    });

    it('on a frozen account', async () => {
      const freeze = "update accounts set state = 'frozen' where owner_token = $1";
      const said = await during(freeze, freeze.replace('frozen', 'open'), owner.token, sample);
      expect(said).toBe(isUnload || isInquiry ? 200 : 'TRANSACTION_NOT_PERMITTED');
    });

    it('with a suspended card', async () => {
      const suspend = "update cards set state = 'suspended' where token = $1";
      const said = await during(suspend, suspend.replace('suspended', 'active'), card, sample);
      expect(said).toBe(isUnload ? 200 : 'CARD_NOT_ACTIVE');
    });
  });
});
