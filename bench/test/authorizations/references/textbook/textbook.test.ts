// The opponent is honest only while it is right: the same answers as the gateway's, and books that add up.
import { randomBytes, randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { basicAuthorization } from '../../../../src/authorizations/references/basic-authorization.ts';
import type { Reference } from '../../../../src/authorizations/references/start-reference.ts';
import { checkBooks } from '../../../../src/authorizations/references/textbook/check-books.ts';
import type { TextbookProgramme } from '../../../../src/authorizations/references/textbook/seed-programme.ts';
import { startTextbook } from '../../../../src/authorizations/references/textbook/start-textbook.ts';
import type { Standing } from '../../../../src/authorizations/workload/standing.ts';
import { jitMessage, type Message } from './jit-message.ts';
import { openTestDatabase, type TestDatabase } from '../open-test-database.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];
const redisUrl = process.env['TEST_REDIS_URL'];
const rabbitUrl = process.env['TEST_RABBITMQ_URL'];
const CREDENTIALS = { username: 'bench', password: 'Bench-only-password-1' };

const STANDINGS: readonly Standing[] = ['good', 'card_suspended', 'account_frozen', 'account_empty'];
const PROGRAMME: TextbookProgramme = {
  users: 60,
  standingOf: (user) => STANDINGS[user] ?? 'good',
  openingMinor: 200_00n,
  dayMaxMinor: 150_00n,
  dayMaxCount: 20,
  monthMaxMinor: 180_00n,
};

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly funding: Readonly<Record<string, unknown>>;
}

const variants = [
  { name: 'on PostgreSQL alone', servers: {}, isThere: true },
  {
    name: 'with Redis and RabbitMQ',
    servers: { redisUrl, rabbitUrl },
    isThere: redisUrl !== undefined && rabbitUrl !== undefined,
  },
];

describe.skipIf(serverUrl === undefined).each(variants.filter(({ isThere }) => isThere))(
  'textbook $name',
  ({ servers }) => {
    let database: TestDatabase;
    let textbook: Reference;
    let sql: postgres.Sql;
    let nextUser = 10;
    const newUser = (): number => nextUser++;

    beforeAll(async () => {
      database = await openTestDatabase(serverUrl ?? '');
      textbook = await startTextbook({
        databaseUrl: database.url,
        ...(servers as { redisUrl?: string; rabbitUrl?: string }),
        namePrefix: `bench-test-${randomBytes(4).toString('hex')}-`,
        programme: PROGRAMME,
        credentials: CREDENTIALS,
        nodeFlags: [],
        signal: AbortSignal.timeout(60_000),
      });
      sql = postgres(database.url, { max: 1, connection: { search_path: 'textbook' } });
    });
    afterAll(async () => {
      await sql?.end();
      expect(await textbook?.stop()).toBe(0);
      expect(await checkBooks(database.url)).toEqual([]);
      await database.close();
    });

    const post = async (body: string, authorization = basicAuthorization(CREDENTIALS)): Promise<Answer> => {
      const response = await fetch(textbook.url, { method: 'POST', body, headers: { authorization } });
      const text = await response.text();
      return { status: response.status, text, funding: text === '' ? {} : JSON.parse(text).jit_funding };
    };
    const ask = (message: Message): Promise<Answer> => post(jitMessage(message));
    const accountOf = async (user: number) => {
      const [row] = await sql`
      select held_minor, pending_credit_minor from accounts where user_token = ${`bench_user_${user}`}`;
      return { held: BigInt(row?.['held_minor']), pending: BigInt(row?.['pending_credit_minor']) };
    };
    const countersOf = async (user: number) => {
      const rows = await sql`
      select window_start::text as start, amount_minor, count from counters join limits l using (limit_id)
        left join accounts a using (account_id)
        where l.card_token = ${`bench_card_${user}`} or a.user_token = ${`bench_user_${user}`} order by 1, 2`;
      return rows.map((row) => `${row['start']} ${row['amount_minor']} ${row['count']}`);
    };

    test('approves with the digits that came, holds the money and counts it in both windows', async () => {
      const user = newUser();
      const token = randomUUID();
      const answer = await ask({ user, token, amountText: '12.30' });
      expect(answer.status).toBe(200);
      expect(answer.funding).toMatchObject({ token, method: 'pgfs.authorization', user_token: `bench_user_${user}` });
      expect(answer.text).toContain('"amount":12.30,');
      expect(await accountOf(user)).toEqual({ held: 1230n, pending: 0n });
      expect(await countersOf(user)).toEqual(['2026-03-01 1230 1', '2026-03-15 1230 1']);
    });

    test.each([
      [1, 'CARD_NOT_ACTIVE'],
      [2, 'TRANSACTION_NOT_PERMITTED'],
      [3, 'INSUFFICIENT_FUNDS'],
      [10_000, 'INVALID_CARD'],
    ])('declines user %i with %s', async (user, reason) => {
      const answer = await ask({ user });
      expect([answer.status, answer.funding['decline_reason']]).toEqual([402, reason]);
    });

    test('declines what exceeds a limit by amount, by count and by month', async () => {
      const user = newUser();
      const reasonOf = async (message: Message) => (await ask({ user, ...message })).funding['decline_reason'];
      expect(await reasonOf({ amountText: '150.01' })).toBe('AMOUNT_LIMIT_EXCEEDED');
      expect(await reasonOf({ amountText: '150.00' })).toBeUndefined();
      expect(await reasonOf({ amountText: '30.01', at: '2026-03-16T00:00:00.000Z' })).toBe('AMOUNT_LIMIT_EXCEEDED');
      expect(await reasonOf({ amountText: '30.01', at: '2026-04-01T00:00:00.000Z' })).toBeUndefined();
      const often = newUser();
      for (let time = 0; time < 20; time++) expect((await ask({ user: often, amountText: '0.01' })).status).toBe(200);
      const once = await ask({ user: often, amountText: '0.01' });
      expect(once.funding['decline_reason']).toBe('TRANSACTION_COUNT_LIMIT_EXCEEDED');
    });

    test('answers a repeat with the same bytes and moves nothing again, approval or decline', async () => {
      const user = newUser();
      const bodies = [jitMessage({ user }), jitMessage({ user, amountText: '199.00' }), jitMessage({ user: 1 })];
      for (const body of bodies) {
        const first = await post(body);
        expect(await post(body)).toEqual(first);
      }
      expect(await accountOf(user)).toEqual({ held: 1000n, pending: 0n });
    });

    test('books once what comes many times at once, and tells all of them the same', async () => {
      const user = newUser();
      const body = jitMessage({ user });
      const answers = await Promise.all(Array.from({ length: 20 }, () => post(body)));
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
      expect(answers[0]?.status).toBe(200);
      expect(await accountOf(user)).toEqual({ held: 1000n, pending: 0n });
    });

    test('refuses a token that comes back with other content', async () => {
      const user = newUser();
      const token = randomUUID();
      await ask({ user, token });
      const other = await ask({ user, token, amountText: '10.01' });
      expect([other.status, other.funding['decline_reason']]).toEqual([402, 'TRANSACTION_NOT_PERMITTED']);
      expect(await accountOf(user)).toEqual({ held: 1000n, pending: 0n });
    });

    test('of 50 at once on an account with money for 20, exactly 20 are approved', async () => {
      const user = newUser();
      // Spread over days and months, so that it is the money that ends.
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, index) => ask({ user, at: `2026-0${(index % 5) + 1}-15T12:00:00.000Z` })),
      );
      const reasons = answers.map(({ funding }) => funding['decline_reason'] ?? 'approved');
      expect(reasons.filter((reason) => reason === 'approved')).toHaveLength(20);
      expect(reasons.filter((reason) => reason === 'INSUFFICIENT_FUNDS')).toHaveLength(30);
      expect(await accountOf(user)).toEqual({ held: 20_000n, pending: 0n });
    });

    test('an increment adds to the hold and the amounts counted, and is not one more purchase', async () => {
      const user = newUser();
      const transactionToken = randomUUID();
      await ask({ user, transactionToken });
      const method = 'pgfs.authorization.incremental';
      expect((await ask({ user, method, preceding: transactionToken, amountText: '5.00' })).status).toBe(200);
      expect(await accountOf(user)).toEqual({ held: 1500n, pending: 0n });
      expect(await countersOf(user)).toEqual(['2026-03-01 1500 1', '2026-03-15 1500 1']);
    });

    test('tells the balance to who asks for it, expects a refund, and spends neither', async () => {
      const user = newUser();
      await ask({ user });
      expect((await ask({ user, method: 'pgfs.refund.authorization', amountText: '7.00' })).status).toBe(200);
      expect((await ask({ user, method: 'pgfs.authorization.account_verification', amountText: '0' })).status).toBe(
        200,
      );
      const { status, funding } = await ask({ user, method: 'pgfs.balanceinquiry', amountText: '0' });
      expect(status).toBe(200);
      expect(funding['balances']).toEqual({
        USD: {
          currency_code: 'USD',
          ledger_balance: 200,
          available_balance: 190,
          credit_balance: 0,
          pending_credits: 7,
        },
      });
      expect(await accountOf(user)).toEqual({ held: 1000n, pending: 700n });
    });

    test('decides on nothing without credentials or without a message', async () => {
      expect((await post(jitMessage(), 'Basic bm86bm8=')).status).toBe(401);
      expect((await post('{"token":')).status).toBe(400);
      expect((await post('{}')).status).toBe(400);
    });

    test('the check of its books finds what does not add up', async () => {
      const user = newUser();
      await ask({ user });
      await sql`update accounts set held_minor = held_minor + 1 where user_token = ${`bench_user_${user}`}`;
      await sql`update counters c set count = count + 1 from limits l where l.limit_id = c.limit_id and l.card_token = ${`bench_card_${user}`}`;
      expect(await checkBooks(database.url)).toEqual([
        'textbook, 1 times not: what an account holds is the sum of its holds',
        'textbook, 1 times not: each counter is the sum of what was approved in its window',
      ]);
      await sql`update accounts set held_minor = held_minor - 1 where user_token = ${`bench_user_${user}`}`;
      await sql`update counters c set count = count - 1 from limits l where l.limit_id = c.limit_id and l.card_token = ${`bench_card_${user}`}`;
    });
  },
);
