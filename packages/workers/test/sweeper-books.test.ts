// operations.md *Books*: the sweeper walks over all accounts and says which break a rule.
import type { Postgres } from '@freeway/postgres';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMetrics, createLogger, type Metrics } from '@freeway/runtime';
import { createBooks } from '../src/sweeper/books.ts';
import { createBooksMetrics, type BooksMetrics } from '../src/sweeper/books-metrics.ts';
import { POSTGRES_QUEUES } from './queues-under-test.ts';
import type { LogLine } from './processes-in-one.ts';
import { openTestDatabase, seedProgramme, type TestDatabase } from './test-database.ts';

describe.skipIf(!POSTGRES_QUEUES.available)('the walk over the accounts', () => {
  let database: TestDatabase;
  let postgres: Postgres;
  let accounts: readonly string[];
  let metrics: Metrics;
  let seen: BooksMetrics;
  let log: LogLine[];
  beforeEach(async () => {
    database = await openTestDatabase();
    ({ postgres } = database);
    accounts = await seedProgramme(postgres, 3);
    metrics = createMetrics({ process: 'test', node: false });
    seen = createBooksMetrics(metrics, () => 5_000_000);
    log = [];
  });
  afterEach(() => database.close());

  function walk(accountsMax: number, beginAt = 0): () => Promise<number> {
    const logger = createLogger({ process: 'test', destination: { write: (line) => void log.push(JSON.parse(line)) } });
    return createBooks({ postgres, accountsMax, metrics: seen, logger, beginAt: () => beginAt });
  }

  async function metric(series: string): Promise<string | undefined> {
    const line = (await metrics.text()).split('\n').find((each) => each.startsWith(series));
    return line?.slice(line.lastIndexOf(' ') + 1);
  }

  const violations = () => metric('freeway_invariant_violations{invariant="posted_equals_entries"');

  const spoil = (nth: number, byMinor: number) =>
    postgres.sql`update accounts set posted_minor = posted_minor + ${byMinor} where account_id = ${accounts[nth] ?? ''}`;

  test('adds up what all accounts have once it has seen them all', async () => {
    await postgres.sql`update accounts set held_minor = 250 where account_id = ${accounts[0] ?? ''}`;
    const next = walk(2);
    expect(await next()).toBe(2);
    expect(await metric('freeway_accounts{')).toBeUndefined();
    expect(await next()).toBe(1);
    expect(await metric('freeway_accounts{currency="EUR"')).toBe('3');
    expect(await metric('freeway_posted_amount{currency="EUR"')).toBe('3000');
    expect(await metric('freeway_held_amount{currency="EUR"')).toBe('2.5');
    expect(await metric('freeway_accounts_below_zero{currency="EUR"')).toBe('0');
    expect(await metric('freeway_invariants_walk_ended_at_seconds')).toBe('5000');
    expect(await metric('freeway_invariants_checked_total')).toBe('3');
  });

  test('counts an account that breaks a rule until it is found mended, and says so once', async () => {
    await spoil(2, 7);
    const next = walk(2);
    await next();
    expect(await violations()).toBe('0');
    await next();
    expect(await violations()).toBe('1');
    await next();
    await next();
    expect(await violations()).toBe('1');
    expect(log).toHaveLength(1);
    expect(log[0]).toMatchObject({ level: 'error', account_id: accounts[2], violated: ['posted_equals_entries'] });
    await spoil(2, -7);
    await next();
    await next();
    expect(await violations()).toBe('0');
  });

  test('that began in the middle adds nothing up until it has begun at the first account', async () => {
    const next = walk(2, 0.9);
    expect(await next()).toBe(1);
    expect(await metric('freeway_accounts{')).toBeUndefined();
    expect(await metric('freeway_invariants_walk_ended_at_seconds')).toBe('Nan');
    await next();
    await next();
    expect(await metric('freeway_accounts{currency="EUR"')).toBe('3');
  });

  test('of a sweeper that stands by says nothing', async () => {
    const next = walk(10);
    await next();
    expect(await metric('freeway_invariant_violations{')).toBe('0');
    seen.forget();
    expect(await metric('freeway_invariant_violations{')).toBeUndefined();
    expect(await metric('freeway_accounts{')).toBeUndefined();
  });

  test('is off with 0 accounts a round', async () => {
    expect(await walk(0)()).toBe(0);
    expect(await metric('freeway_invariant_violations{')).toBeUndefined();
  });
});
