// The sealed record: whatever was changed, removed or put in after it was sealed is found, and named.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { creditAccount } from '../src/operator/credit-account.ts';
import { recordAudit } from '../src/operator/audit.ts';
import { bodyOf, hashOf, readBody } from '../src/seal/block.ts';
import { retireBlocks } from '../src/seal/retire-blocks.ts';
import { sealBlock } from '../src/seal/seal-block.ts';
import { sealHistory } from '../src/seal/seal-history.ts';
import { verifyChain } from '../src/seal/verify-chain.ts';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { type Approvals, openApprovals } from './approvals-under-test.ts';
import { sealAll, tamper } from './seal-under-test.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];
const KEY = 'a key that the database never sees';

describe.skipIf(serverUrl === undefined)('the sealed record', () => {
  let database: TestDatabase;
  let approvals: Approvals;
  beforeEach(async () => {
    database = await openTestDatabase(serverUrl ?? '');
    approvals = await openApprovals(database, 'payer');
  });
  afterEach(() => database.close());

  const booked = (key: string) =>
    creditAccount(
      database.postgres,
      {
        owner: { kind: 'user', token: 'payer' },
        currency: 'EUR',
        amount: '5.00',
        idempotencyKey: key,
        reason: 'goodwill',
      },
      'tester',
    );
  /** Two blocks: t_1, t_2 and a booking; then t_3, t_4 and another booking. */
  async function sealTwoBlocks(key?: string): Promise<void> {
    await sealHistory(database.postgres, { key });
    await approvals.approve('t_1');
    await approvals.approve('t_2');
    await booked('one');
    await sealAll(database.postgres, { key });
    await approvals.approve('t_3');
    await approvals.approve('t_4');
    await booked('two');
    await sealAll(database.postgres, { key });
  }
  const idOf = async (token: string): Promise<string> => {
    const [row] = await database.postgres.sql`select decision_id from decisions where transaction_token = ${token}`;
    return row?.['decision_id'] as string;
  };
  const verify = (options = {}) => verifyChain(database.postgres, options);

  it('holds what was decided, booked and done, and a sound one has no difference', async () => {
    await sealTwoBlocks();
    const report = await verify();
    expect(report).toMatchObject({ ok: true, blocks: 3, rows: 8, differences: [], lag: { rows: 0 } });
    const [row] = await database.postgres
      .sql`select body, encode(hash, 'hex') as hash from seal_blocks where block = 3`;
    expect(hashOf(row?.['body'])).toBe(row?.['hash']);
    expect(report.head).toMatchObject({ block: 3, hash: row?.['hash'] });
    expect(readBody(row?.['body'])?.lines.map(({ kind, outcome }) => `${kind} ${outcome}`)).toEqual([
      'decision approved::hold:',
      'decision approved::hold:',
      'booking ',
      'audit ',
    ]);
  });

  it('says what was changed of a decision, and in which block it is', async () => {
    await sealTwoBlocks();
    const id = await idOf('t_2');
    const changes = [
      'amount_minor = amount_minor + 1',
      "transaction_token = 'other'",
      'card_token = null',
      "decided_at = decided_at + interval '1 microsecond'",
      'overtaken = true',
      "currency = 'USD'",
    ];
    for (const change of changes) {
      await tamper(database.postgres, `update decisions set ${change} where decision_id = ${id}`);
      expect((await verify()).differences, change).toMatchObject([
        { block: 2, kind: 'decision', id, what: 'was changed' },
      ]);
      const undo =
        "amount_minor = 1000, transaction_token = 't_2', overtaken = false, currency = 'EUR', card_token = 'card-1'";
      await tamper(
        database.postgres,
        `update decisions set ${undo}, decided_at = decided_at ${change.startsWith('decided') ? "- interval '1 microsecond'" : ''} where decision_id = ${id}`,
      );
    }
    await tamper(
      database.postgres,
      `update decisions set approved = false, reason = 'card_lost', effect = 'none' where decision_id = ${id}`,
    );
    expect((await verify()).differences).toMatchObject([
      { block: 2, id, what: 'is declined:card_lost:none:, and was sealed as approved::hold:' },
    ]);
  });

  it('lets records and repeats change what is theirs to change', async () => {
    await sealTwoBlocks();
    await database.postgres.sql`
      update decisions set attempt_id = 7, confirmed = true, platform_outcome = 'approved', chain_token = 'x', follows_token = 'y'`;
    expect(await verify()).toMatchObject({ ok: true });
  });

  it('finds a decision that is gone, one put in beside the gateway, and one copied to another account', async () => {
    await sealTwoBlocks();
    const id = await idOf('t_3');
    await tamper(database.postgres, `create table aside as select * from decisions where decision_id = ${id}`);
    await tamper(database.postgres, `delete from decisions where decision_id = ${id}`);
    expect((await verify()).differences).toMatchObject([{ block: 3, kind: 'decision', id, what: 'is gone' }]);
    await tamper(database.postgres, 'insert into decisions select * from aside');
    expect(await verify()).toMatchObject({ ok: true });
    await tamper(
      database.postgres,
      "update aside set decision_id = -5, message_token = 'm', transaction_token = 't_past', decided_at = now() - interval '1 year'; insert into decisions select * from aside",
    );
    expect((await verify()).differences).toMatchObject([
      { kind: 'decision', id: '-5', what: 'is in no block, and nothing that waits to be sealed tells of it' },
    ]);
    await tamper(database.postgres, `update decisions set decision_id = ${id}, account_id = 99 where decision_id = -5`);
    expect((await verify()).differences).toMatchObject([{ id, what: 'is there twice, under two accounts' }]);
  });

  it('finds changes of booked money and of the audit', async () => {
    await sealTwoBlocks();
    const find = async (statement: string) => {
      await tamper(database.postgres, statement);
      return (await verify()).differences;
    };
    const [, second] = await database.postgres
      .sql`select ledger_transaction_id as id, account_id from ledger_transactions order by 1`;
    const where = `where ledger_transaction_id = ${second?.['id']}`;
    expect(await find(`update entries set amount_minor = amount_minor * 2 ${where}`)).toMatchObject([
      { block: 3, kind: 'booking', id: second?.['id'], what: 'was changed' },
    ]);
    expect(await find(`update entries set amount_minor = amount_minor / 2 ${where}`)).toEqual([]);
    expect(
      await find(
        `insert into entries select account_id, ledger_transaction_id, 3, 'fees', 0, currency from entries ${where} limit 1`,
      ),
    ).toHaveLength(1);
    expect(await find(`delete from entries ${where} and entry_number = 3`)).toEqual([]);
    expect(await find("update audit_records set actor = 'somebody else' where audit_id = 1")).toMatchObject([
      { block: 2, kind: 'audit', id: '1', what: 'was changed' },
    ]);
    expect(
      await find("update audit_records set actor = 'tester', detail = detail || '{\"x\":1}' where audit_id = 1"),
    ).toHaveLength(1);
    expect(await find("update audit_records set detail = detail - 'x' where audit_id = 1")).toEqual([]);
    expect(
      await find("insert into audit_records (actor, verb, subject, detail) values ('a', 'b', 'c', '{}')"),
    ).toMatchObject([{ kind: 'audit', what: 'is in no block, and nothing that waits to be sealed tells of it' }]);
  });

  it('finds a block that was rewritten, even with a hash of its own, and one that was taken out', async () => {
    await sealTwoBlocks();
    const [row] = await database.postgres.sql`select body, hash from seal_blocks where block = 2`;
    const content = readBody(row?.['body']);
    if (content === undefined) throw new Error('block 2 cannot be read');
    const lines = content.lines.filter(({ kind }) => kind !== 'audit');
    const body = bodyOf({ ...content, lines });
    await tamper(database.postgres, `update seal_blocks set body = '${body}' where block = 2`);
    expect((await verify()).differences[0]).toEqual({ block: 2, what: 'its text does not have its hash' });
    await tamper(database.postgres, `update seal_blocks set hash = decode('${hashOf(body)}', 'hex') where block = 2`);
    const rehashed = await verify();
    expect(rehashed.differences).toMatchObject([
      { block: 3, what: 'does not name the hash of block 2' },
      { kind: 'audit', what: 'is in no block, and nothing that waits to be sealed tells of it' },
    ]);
    await tamper(database.postgres, 'delete from seal_blocks where block = 2');
    expect((await verify()).differences[0]).toMatchObject({
      block: 3,
      what: 'follows block 1: what was between is gone',
    });
  });

  it('finds a chain that was cut off at its end by a head noted earlier', async () => {
    await sealTwoBlocks();
    const noted = (await verify()).head;
    if (noted === undefined) throw new Error('there is no head');
    expect(await verify({ expect: noted })).toMatchObject({ ok: true });
    await tamper(database.postgres, 'delete from seal_blocks where block = 3; delete from seal_feed');
    expect((await verify({ expect: noted })).differences[0]).toEqual({
      block: 3,
      what: 'is missing: the chain ends at block 2',
    });
    await sealAll(database.postgres);
    expect((await verify({ expect: noted })).differences[0]?.what).toMatch(
      /^its hash is [0-9a-f]{64}, and not the expected one$/,
    );
  });

  it('without the key nobody can write a block again that holds', async () => {
    await sealTwoBlocks(KEY);
    expect(await verify({ key: KEY })).toMatchObject({ ok: true, keyedFrom: 1 });
    expect(await verify()).toMatchObject({ ok: true, keyedFrom: undefined });
    const [row] = await database.postgres.sql`select body from seal_blocks where block = 3`;
    const content = readBody(row?.['body']);
    if (content === undefined) throw new Error('block 3 cannot be read');
    const body = bodyOf({ ...content, sealedAt: '2020-01-01T00:00:00.000Z' });
    await tamper(
      database.postgres,
      `update seal_blocks set body = '${body}', hash = decode('${hashOf(body)}', 'hex') where block = 3`,
    );
    expect(await verify()).toMatchObject({ ok: true });
    expect((await verify({ key: KEY })).differences).toEqual([
      { block: 3, what: 'its code was not made with the key' },
    ]);
    await tamper(database.postgres, 'update seal_blocks set key_id = null, mac = null where block = 3');
    expect((await verify({ key: KEY })).differences).toEqual([
      { block: 3, what: 'carries no code of the key, and blocks before it do' },
    ]);
  });

  it('knows an approval that was undone: waiting to be sealed, sealed, and when it is only made to look so', async () => {
    await sealTwoBlocks();
    await database.postgres.sql`update decisions set attempt_id = 7 where transaction_token = 't_4'`;
    await database.postgres.sql`select void_authorization('message of t_4', 7)`;
    expect(await verify()).toMatchObject({ ok: true, lag: { rows: 1 } });
    await sealAll(database.postgres);
    expect(await verify()).toMatchObject({ ok: true, blocks: 4 });
    await tamper(
      database.postgres,
      "update decisions set approved = false, reason = 'ledger_unavailable', effect = 'none', limit_ids = null where transaction_token = 't_1'",
    );
    expect((await verify()).differences).toMatchObject([
      {
        block: 2,
        id: await idOf('t_1'),
        what: 'is declined:ledger_unavailable:none:, and was sealed as approved::hold:',
      },
    ]);
  });

  it('seals what was there before there was a seal, once', async () => {
    for (const token of ['old_1', 'old_2', 'old_3']) await approvals.approve(token);
    await booked('old');
    // As if published and pruned long ago, by a version that knew no seal; one still waits in the outbox.
    await tamper(
      database.postgres,
      `delete from seal_feed; delete from outbox where decision_id <> ${await idOf('old_3')}`,
    );
    expect(await verify()).toMatchObject({ ok: true, blocks: 0 });
    await sealAll(database.postgres);
    expect(await verify()).toMatchObject({ ok: true, rows: 5, lag: { rows: 0 } });
    expect(await sealHistory(database.postgres, {})).toBe(0);
    await tamper(database.postgres, "update decisions set amount_minor = 1 where transaction_token = 'old_1'");
    expect((await verify()).differences).toMatchObject([{ block: 1, id: await idOf('old_1'), what: 'was changed' }]);
  });

  it('goes on with the history where a sealer died', async () => {
    for (let nth = 0; nth < 30; nth++) await approvals.approve(`old_${nth}`);
    await tamper(database.postgres, 'delete from outbox; delete from seal_feed');
    await booked('old');
    const stopping = new AbortController();
    stopping.abort();
    expect(await sealHistory(database.postgres, {}, stopping.signal)).toBe(0);
    await sealHistory(database.postgres, {});
    await sealAll(database.postgres);
    expect(await verify()).toMatchObject({ ok: true, rows: 32 });
  });

  it('rows of retired blocks may go, and later ones may not', async () => {
    await sealTwoBlocks();
    expect(await retireBlocks(database.postgres, 9, 'tester')).toMatchObject({ status: 'refused' });
    expect(await retireBlocks(database.postgres, 2, 'tester')).toEqual({ status: 'retired', through: 2 });
    await tamper(database.postgres, "delete from decisions where transaction_token in ('t_1', 't_2')");
    expect(await verify()).toMatchObject({ ok: true, retiredThrough: 2 });
    await tamper(database.postgres, "delete from decisions where transaction_token = 't_3'");
    expect((await verify()).differences).toMatchObject([{ block: 3, what: 'is gone' }]);
    expect(await retireBlocks(database.postgres, 1, 'tester')).toMatchObject({ status: 'refused' });
  });

  it('says so where a row was gone before it could be sealed', async () => {
    await sealAll(database.postgres);
    await approvals.approve('t_1');
    const id = await idOf('t_1');
    await tamper(database.postgres, `delete from decisions where decision_id = ${id}`);
    await sealAll(database.postgres);
    expect((await verify()).differences).toMatchObject([{ id, what: 'was gone before it could be sealed' }]);
  });

  it('does not depend on the settings of a session', async () => {
    await sealTwoBlocks();
    const session = {
      timezone: 'Asia/Kolkata',
      datestyle: 'German',
      intervalstyle: 'sql_standard',
      extra_float_digits: '-15',
      bytea_output: 'escape',
    };
    const elsewhere = database.connect({ session });
    expect(await verifyChain(elsewhere)).toMatchObject({ ok: true, blocks: 3 });
  });

  it('a block that was rolled back leaves nothing behind, and its rows come with the next', async () => {
    await sealAll(database.postgres);
    await approvals.approve('t_1');
    await database.postgres.transaction('audit', (sql) =>
      recordAudit(sql, { actor: 'a', verb: 'v', subject: 's', detail: {} }),
    );
    await database.postgres.sql`
      create function refuse_block() returns trigger language plpgsql as $$ begin raise exception 'the disk is full'; end $$`;
    await database.postgres
      .sql`create trigger refuse before insert on seal_blocks for each row execute function refuse_block()`;
    await expect(sealBlock(database.postgres)).rejects.toThrow('the disk is full');
    await database.postgres.sql`drop trigger refuse on seal_blocks`;
    await sealAll(database.postgres);
    expect(await verify()).toMatchObject({ ok: true, blocks: 2, rows: 2 });
  });
});
