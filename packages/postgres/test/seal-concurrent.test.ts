// Commits that overlap in every way while several sealers are at work: each row is sealed exactly once, and none is skipped.
import { buildProposal } from '@freeway/testkit';
import * as fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authorizeBatch } from '../src/authorize-statement.ts';
import type { Postgres, Sql } from '../src/connect.ts';
import { recordAudit } from '../src/operator/audit.ts';
import { readBody } from '../src/seal/block.ts';
import { sealBlock } from '../src/seal/seal-block.ts';
import { sealHistory } from '../src/seal/seal-history.ts';
import { verifyChain } from '../src/seal/verify-chain.ts';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { sealAll } from './seal-under-test.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

/** One transaction: it may take its number long before it writes, and stay open long after. */
const arbitraryTransaction = fc.record({
  startsAfterMs: fc.nat(40),
  takesNumberFirst: fc.boolean(),
  idlesMs: fc.oneof(fc.constant(0), fc.nat(60)),
  decisions: fc.nat(4),
  audits: fc.nat(2),
  lingersMs: fc.oneof(fc.constant(0), fc.nat(60)),
  rollsBack: fc.boolean(),
});
type Planned = typeof arbitraryTransaction extends fc.Arbitrary<infer Value> ? Value : never;

describe.skipIf(serverUrl === undefined)('sealing beside commits', () => {
  let database: TestDatabase;
  let postgres: Postgres;
  let nth = 0;
  beforeAll(async () => {
    database = await openTestDatabase(serverUrl ?? '');
    postgres = database.connect({ poolMax: 20 });
  });
  afterAll(() => database.close());

  function declined() {
    const token = `t_${nth++}`;
    return buildProposal({
      decision: { outcome: 'decline', reason: 'card_lost' },
      request: { transactionToken: token, messageToken: `m_${token}` },
      accountId: undefined,
      record: '{}',
    });
  }

  async function run(plan: Planned): Promise<number> {
    const proposals = Array.from({ length: plan.decisions }, declined);
    await sleep(plan.startsAfterMs);
    const written = await postgres
      .transaction('test.commit', async (sql) => {
        if (plan.takesNumberFirst) await sql`select pg_current_xact_id()`;
        await sleep(plan.idlesMs);
        if (proposals.length > 0) await authorizeBatch(sql as unknown as Sql, proposals);
        for (let one = 0; one < plan.audits; one++)
          await recordAudit(sql, { actor: 'a', verb: 'v', subject: `s_${nth++}`, detail: {} });
        await sleep(plan.lingersMs);
        if (plan.rollsBack) throw new Error('rolled back');
        return plan.decisions + plan.audits;
      })
      .catch((error: Error) => {
        if (error.message !== 'rolled back') throw error;
        return 0;
      });
    return written;
  }

  async function sealUntil(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) if ((await sealBlock(postgres, { rowsMax: 3 })) === 0) await sleep(1);
  }

  it('seals each row once, in whatever order transactions end', { timeout: 60_000 }, async () => {
    await sealHistory(postgres, {});
    await fc.assert(
      fc.asyncProperty(fc.array(arbitraryTransaction, { minLength: 1, maxLength: 16 }), async (plans) => {
        const before = (await verifyChain(postgres)).rows;
        const stopping = new AbortController();
        const sealers = [1, 2, 3].map(() => sealUntil(stopping.signal));
        const written = await Promise.all(plans.map(run));
        stopping.abort();
        await Promise.all(sealers);
        await sealAll(postgres);
        const report = await verifyChain(postgres);
        expect(report.differences).toEqual([]);
        expect(report.rows - before).toBe(written.reduce((sum, rows) => sum + rows, 0));
      }),
      { numRuns: 25 },
    );
    const bodies = await postgres.sql`select body from seal_blocks order by block`;
    const ids = bodies
      .flatMap(({ body }) => readBody(body as string)?.lines ?? [])
      .map(({ kind, id }) => `${kind} ${id}`);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThan(20);
  });
});
