import { showAccount, verifyLedger } from '@freeway/postgres';
import { openTestDatabase, type TestDatabase } from '@freeway/postgres/testing';
import { buildRequest, type Message, MESSAGE_KINDS, purchaseText } from '@freeway/simulator';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSamples } from '../src/samples/read-samples.ts';
import { sampleProgramme } from '../src/samples/sample-programme.ts';
import { runFreeway } from './run-freeway.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

const PURCHASE = { userToken: 'u_1', cardToken: 'c_1', currency: 'USD', amount: '12.50', token: 't_1' };

/** A clerk's hotel stay on the business's account, raised once; its first authorization is no sample. */
const INCREMENT: Message = {
  kind: MESSAGE_KINDS.increment,
  transactionToken: 't_more',
  messageToken: 'm_more',
  payer: { kind: 'business', token: 'b_1' },
  userToken: 'u_clerk',
  cardToken: 'c_clerk',
  lastFour: '1234',
  amountText: '300',
  amountForm: 'as_is',
  currency: 'JPY',
  merchant: {
    mid: '000000000000001',
    mcc: '7011',
    name: 'INN BY THE RIVER',
    street: '1 Bridge Street',
    city: 'Kyoto',
    state: 'KY',
    postalCode: '6000000',
    country: 'JPN',
    countryNumeric: '392',
    channel: 'OTHER',
    cents: [100, 200],
  },
  receivedAtMs: Date.parse('2026-03-01T12:00:00Z'),
  extends: { transactionToken: 't_stay', messageToken: 'm_stay' },
  model: 2,
};

describe('import --from-samples', () => {
  let folder: string;
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'freeway-samples-'));
    mkdirSync(join(folder, 'synthetic'));
    write('request.purchase.json', purchaseText(PURCHASE));
    write('synthetic/request.increment.json', buildRequest(INCREMENT));
    write('request.broken.json', '{"type":');
    write('request.odd.json', purchaseText({ ...PURCHASE, currency: 'ZZZ', token: 't_odd' }));
    write('webhook.other.json', '{}');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('reads requests of the folder and of its synthetic subfolder, and says what it cannot use', async () => {
    const { requests, skipped } = await readSamples(folder);
    expect(requests.map((request) => request.transactionToken)).toEqual(['t_1', 't_more']);
    expect(skipped).toEqual([
      { file: 'request.broken.json', why: 'The body is not JSON in UTF-8.' },
      { file: 'request.odd.json', why: 'its amount or currency is faulty (unknown_currency)' },
    ]);
  });

  test('an increment gets its chain, unless that chain is opened by another sample', async () => {
    const { requests } = await readSamples(folder);
    expect(sampleProgramme(requests).chains).toMatchObject([
      {
        transaction_token: 't_stay',
        message_token: 'm_stay',
        business: 'b_1',
        card: 'c_clerk',
        currency: 'JPY',
        amount_left: '300',
      },
    ]);
    const [, increment] = requests;
    const opener = { ...requests[0], transactionToken: 't_stay', messageToken: 'm_stay' } as (typeof requests)[number];
    expect(sampleProgramme(increment === undefined ? [] : [increment, opener]).chains).toEqual([]);
  });

  describe.skipIf(serverUrl === undefined)('on a database', () => {
    let database: TestDatabase;
    beforeAll(async () => {
      database = await openTestDatabase(serverUrl ?? '');
    });
    afterAll(() => database.close());
    const run = (...args: string[]) =>
      runFreeway(['import', '--from-samples', folder, ...args], { cwd: folder, env: { DATABASE_URL: database.url } });
    const available = async (kind: 'user' | 'business', token: string, currency: string) => {
      const shown = await showAccount(database.postgres, { owner: { kind, token }, currency });
      return shown.status === 'found' ? [shown.account.state, shown.account.availableMinor] : [];
    };

    test('opens what the samples need, funds it once, and leaves alone what an operator changed', async () => {
      const first = await run();
      expect(first.code).toBe(0);
      expect(first.stdout).toBe(
        'user           2 created\nbusiness       1 created\naccount        2 created\ncard           2 created\nauthorization  1 created\n8 lines applied\n',
      );
      expect(first.stderr).toContain('skipped request.broken.json');
      expect(first.stderr).toContain('2 samples: 2 accounts, 2 of them funded now');
      // 1,000,000 and a thousand times what the samples ask.
      expect(await available('user', 'u_1', 'USD')).toEqual(['open', 100_000_000n + 1_250_000n]);
      expect(await available('business', 'b_1', 'JPY')).toEqual(['open', 1_000_000n + 300_000n]);
      await database.postgres.sql`update accounts set state = 'frozen' where owner_token = 'u_1'`;
      await database.postgres.sql`update cards set state = 'suspended' where token = 'c_1'`;
      const again = await run();
      expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining('0 of them funded now') as string });
      expect(again.stdout).not.toContain('created');
      expect(again.stdout).not.toContain('updated');
      expect(await available('user', 'u_1', 'USD')).toEqual(['frozen', 101_250_000n]);
      expect((await verifyLedger(database.postgres)).filter((one) => !one.ok)).toEqual([]);
    });

    test('a dry run opens nothing', async () => {
      write('request.other.json', purchaseText({ ...PURCHASE, userToken: 'u_2', cardToken: 'c_2', token: 't_2' }));
      expect(await run('--dry-run')).toMatchObject({ code: 0, stdout: expect.stringContaining('1 created') as string });
      expect(await available('user', 'u_2', 'USD')).toEqual([]);
    });
  });
});
