// What was seeded must be what Freeway itself would have left: it decides on it, and folds it, without finding anything to correct.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seedLarge } from '../../../src/authorizations/seed/seed-large.ts';
import type { JitRequest } from '../../../src/authorizations/workload/jit-request.ts';
import { INCREMENT, PURCHASE } from '../../../src/authorizations/workload/method-shape.ts';
import { createRequestMaker } from '../../../src/authorizations/workload/request-maker.ts';
import { earnedReasonOf } from '../../../src/authorizations/workload/standing.ts';
import { freePort } from '../../../src/free-port.ts';
import { createPoster, type Poster } from '../../../src/poster.ts';
import { untilReady } from '../../../src/until-ready.ts';
import { CREDENTIALS, openTestFreeway, type TestFreeway } from './seeded-freeway.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];
const CARDS = 60;
const AUTHORIZATIONS = 1200;
const signal = AbortSignal.timeout(120_000);

describe.skipIf(serverUrl === undefined)('Freeway on a seeded programme', () => {
  let world: TestFreeway;
  let gateway: Poster;
  const make = createRequestMaker({ random: Math.random, now: Date.now });

  beforeAll(async () => {
    world = await openTestFreeway(serverUrl ?? '', signal);
    const { databaseUrl } = world;
    await seedLarge({ databaseUrl, cards: CARDS, authorizations: AUTHORIZATIONS, signal, say: () => undefined });
  });
  afterAll(async () => {
    gateway?.close();
    await world?.close();
  });

  async function start(args: readonly string[], portSetting: string): Promise<URL> {
    const url = new URL(`http://127.0.0.1:${await freePort()}`);
    await untilReady(world.freeway.start(args, { [portSetting]: url.port }), url, signal);
    return url;
  }

  const ask = async ({ body }: JitRequest) => {
    const answer = await gateway.post(body);
    return { status: answer.status, funding: JSON.parse(answer.body).jit_funding };
  };
  const heldOf = async (user: number): Promise<bigint> => {
    const [row] = await world.sql`select held_minor from accounts where owner_token = ${`bench_user_${user}`}`;
    return BigInt(row?.['held_minor']);
  };
  const booksOf = async () => {
    const { sql } = world;
    return {
      accounts: [
        ...(await sql`select account_id, posted_minor, held_minor, pending_credit_minor from accounts order by 1`),
      ],
      holds: [...(await sql`select * from holds order by 1, 2`)],
      counters: [...(await sql`select * from counters order by 1, 2, 3`)],
      chains: [...(await sql`select chain_token, account_id, closed from chains order by 1`)],
      links: [...(await sql`select * from chain_links order by 1, 2`)],
      decisions: [
        ...(await sql`select decision_id, chain_token, confirmed, platform_outcome, overtaken from decisions order by 1`),
      ],
      bookings: [
        ...(await sql`select idempotency_key, kind, reason from ledger_transactions order by account_id, idempotency_key`),
      ],
      exceptions: [...(await sql`select * from record_exceptions`)],
    };
  };

  test('finds nothing to correct when it sweeps and folds every chain anew', async () => {
    const before = await booksOf();
    expect(before.chains.length).toBe((AUTHORIZATIONS / 2) * 0.9);
    await world.sql`insert into refolds (chain_token, currency) select chain_token, currency from chains`;
    // Beside its log.
    const said = await world.freeway.run(['sweeper', '--once', '--json'], signal);
    const swept = JSON.parse(/^{"status".*$/m.exec(said)?.[0] ?? '{}');
    expect(swept).toMatchObject({ refolded: before.chains.length, released: 0, expiry: { expired: 0 } });
    // Nothing that is held is in doubt.
    expect(Object.values(swept.unconfirmed).every((count) => count === 0)).toBe(true);
    expect(await booksOf()).toEqual(before);
  });

  test('has records as they would have been written, so that none is taken twice', async () => {
    const rows = await world.sql`select content, replace(digest::text, '-', '') as digest from records`;
    expect(rows.length).toBeGreaterThan(AUTHORIZATIONS / 3);
    for (const { content, digest } of rows) {
      expect(JSON.stringify(sorted(JSON.parse(content)))).toBe(content);
      expect(createHash('sha256').update(content).digest('hex').slice(0, 32)).toBe(digest);
    }
  });

  describe('at its gateway', () => {
    beforeAll(async () => {
      const url = new URL('/v1/jit', await start(['gateway'], 'PORT'));
      gateway = createPoster({ url, credentials: CREDENTIALS, timeoutMs: 10_000, connections: 1, signal });
    });

    test('numbers decisions on from the last of the past', async () => {
      const before = await heldOf(3);
      const purchase = make({ shape: PURCHASE, user: 3, expected: { outcome: 'approve' } });
      const { status, funding } = await ask(purchase);
      expect(status).toBe(200);
      expect(funding.tags).toBe(String(AUTHORIZATIONS + 1));
      expect(await heldOf(3)).toBe(before + BigInt(purchase.amountText.replace('.', '')));
    });

    test.each([9, 19, 29])('declines user %i for how he stands', async (user) => {
      const { status, funding } = await ask(make({ shape: PURCHASE, user, expected: { outcome: 'approve' } }));
      expect(status).toBe(402);
      expect(funding.decline_reason).toBe(earnedReasonOf(user));
    });

    test('raises a purchase of the past that is still held', async () => {
      const [hold] = await world.sql`
        select h.chain_token, h.amount_minor, d.message_token, d.card_token from holds h join decisions d on d.transaction_token = h.chain_token
          order by h.opened_at limit 1`;
      const base = { token: hold?.['message_token'], transactionToken: hold?.['chain_token'], orderToken: 'order' };
      const user = Number(hold?.['card_token'].replace('bench_card_', ''));
      const raise = make({ shape: INCREMENT, user, expected: { outcome: 'approve' }, base });
      expect((await ask(raise)).status).toBe(200);
      const [raised] = await world.sql`select amount_minor from holds where chain_token = ${base.transactionToken}`;
      expect(BigInt(raised?.['amount_minor'])).toBe(
        BigInt(hold?.['amount_minor']) + BigInt(raise.amountText.replace('.', '')),
      );
    });

    test('knows the tokens of the past', async () => {
      const [past] = await world.sql`select message_token from decisions order by decision_id limit 1`;
      const purchase = make({ shape: PURCHASE, user: 3, expected: { outcome: 'approve' } });
      const body = purchase.body.replaceAll(purchase.token, past?.['message_token']);
      expect((await ask({ ...purchase, body })).status).toBe(402);
    });

    test('leaves books that add up', async () => {
      expect(await world.freeway.run(['verify'], signal)).toMatch(/all \d+ invariants hold/);
    });
  });
});

/** With the members of every object in order. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}
