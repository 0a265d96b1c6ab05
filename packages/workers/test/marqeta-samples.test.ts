// Messages of others, where MARQETA_SAMPLES names a folder with some: each goes by HTTP through intake and the workers, and
// does to the ledger what the table says. None of them is part of this repository.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { exponentOf, formatAmount } from '@freeway/core';
import { openAccount, putCard, putLimit, putOwner, verifyLedger } from '@freeway/postgres';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PATIENTLY } from './patiently.ts';
import { baseEnvironment, type Processes, processesInOne, sendWebhook } from './processes-in-one.ts';
import { SAMPLE_EFFECTS } from './sample-effects.ts';
import { DATABASE_URL } from './servers.ts';
import { openTestDatabase, type TestDatabase } from './test-database.ts';

const folder = process.env['MARQETA_SAMPLES'];

type Members = Readonly<Record<string, unknown>>;

/** Samples of webhooks, and records, which a webhook would carry; by the name of their file. */
const SAMPLES = new Map(
  [folder, folder && join(folder, 'synthetic')]
    .flatMap((each) => (each && existsSync(each) ? readdirSync(each).map((name) => join(each, name)) : []))
    .filter((path) => /\/(?:webhook|transaction)\.[^/]*\.json$/.test(path) && !path.includes('.reply.'))
    .map((path) => {
      const text = readFileSync(path, 'utf8');
      const name = basename(path);
      return [name, name.startsWith('transaction.') ? `{"transactions":[${text}]}` : text] as const;
    }),
);

describe.skipIf(SAMPLES.size === 0 || DATABASE_URL === '')('samples on their way from HTTP to the ledger', () => {
  let database: TestDatabase;
  let processes: Processes;
  beforeEach(async () => {
    database = await openTestDatabase();
    processes = processesInOne(baseEnvironment(database.url));
  });
  afterEach(async () => {
    expect(await processes.lifecycle.stop()).toBe(true);
    expect((await verifyLedger(database.postgres)).filter(({ ok }) => !ok)).toEqual([]);
    await database.close();
  });

  /** The owners, accounts, cards and limits that a webhook speaks of. */
  async function know(body: string): Promise<void> {
    const { postgres } = database;
    for (const element of elementsOf(body)) {
      const user = element['user_token'];
      const currency = String(element['currency_code']);
      if (typeof user !== 'string') continue;
      await putOwner(postgres, 'user', { token: user, state: 'unverified' }, 'test');
      if (exponentOf(currency) !== undefined)
        await openAccount(postgres, { user, currency, opening_balance: '500.00' }, 'test');
      const card = element['card_token'];
      if (typeof card !== 'string') continue;
      await putCard(postgres, { token: card, user }, 'test');
      if (exponentOf(currency) !== undefined)
        await putLimit(postgres, { token: `l-${card}`, card, currency, window: 'day', max_amount: '900.00' }, 'test');
    }
  }

  /** Posts it, and waits until every element is archived, which is after it was passed on, and no queue holds anything. */
  async function deliver(url: string, body: string): Promise<void> {
    const before = await archived();
    expect((await sendWebhook(url, body)).status).toBe(200);
    const fresh = elementsOf(body).some((element) => element['payload'] === undefined);
    if (fresh) await expect.poll(archived, PATIENTLY).toBeGreaterThan(before);
    await expect.poll(waiting, PATIENTLY).toBe(0);
  }

  const archived = async (): Promise<number> =>
    Number((await database.postgres.sql`select count(*) as documents from archive_messages`)[0]?.['documents']);
  const waiting = async (): Promise<number> =>
    Number((await database.postgres.sql`select count(*) as jobs from queue.job where state <= 'active'`)[0]?.['jobs']);

  async function effect() {
    const { sql } = database.postgres;
    const [sums] = await sql`
      select sum(posted_minor) - 50000 * count(*) as posted, sum(held_minor) as held, sum(pending_credit_minor) as pending,
             min(currency) as currency from accounts`;
    const counters = await sql`select amount_minor, count from counters where (amount_minor, count) <> (0, 0)`;
    const exceptions = await sql`select reason from record_exceptions where state = 'open' order by reason`;
    const [card] = await sql`select state from cards where state <> 'active'`;
    const [user] = await sql`select state from owners where kind = 'user' and state <> 'unverified'`;
    const currency = String(sums?.['currency'] ?? 'EUR');
    const money = (minor: unknown) => formatAmount(BigInt(String(minor ?? 0)), currency);
    return {
      posted: money(sums?.['posted']),
      held: money(sums?.['held']),
      pending: money(sums?.['pending']),
      counted: counters.map((row) => `${money(row['amount_minor'])} in ${row['count']}`).join(', '),
      exceptions: exceptions.map((row) => row['reason']),
      card: card?.['state'] ?? 'active',
      user: user?.['state'] ?? 'unverified',
    };
  }

  test.each([...SAMPLES])('%s', async (name, body) => {
    const expected = SAMPLE_EFFECTS[name];
    expect(expected, 'every sample has its effect in the table').toBeDefined();
    const { url } = await processes.intake();
    await processes.webhookWorker();
    await processes.transactionWorker();
    for (const each of [...(expected?.after ?? []), name]) {
      await know(SAMPLES.get(each) ?? '');
      await deliver(url, SAMPLES.get(each) ?? '');
    }
    const { after: _, ...changes } = expected ?? {};
    const nothing = { posted: '0.00', held: '0.00', pending: '0.00', counted: '', exceptions: [] };
    const states = { card: 'active', user: 'unverified' };
    await expect.poll(effect, PATIENTLY).toEqual({ ...nothing, ...states, ...changes });
    // Marqeta sends a batch again as a whole.
    expect((await sendWebhook(url, body)).status).toBe(200);
    await expect.poll(waiting, PATIENTLY).toBe(0);
    expect(await effect()).toEqual({ ...nothing, ...states, ...changes });
  });
});

function elementsOf(body: string): Members[] {
  return Object.values(JSON.parse(body) as Members).flatMap((each) => (Array.isArray(each) ? (each as Members[]) : []));
}
