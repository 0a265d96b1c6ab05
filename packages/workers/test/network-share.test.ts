import type { Postgres } from '@freeway/postgres';
import { createLogger, createMetrics } from '@freeway/runtime';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createNetworkShare } from '../src/transaction/network-share.ts';
import type { LogLine } from './processes-in-one.ts';
import { DATABASE_URL } from './servers.ts';
import { openTestDatabase, type TestDatabase } from './test-database.ts';

describe.skipIf(DATABASE_URL === '')('the network’s share', () => {
  let database: TestDatabase;
  let postgres: Postgres;
  beforeAll(async () => {
    database = await openTestDatabase();
    postgres = database.connect();
    const record = JSON.stringify({ stages_ms: { decode: 0.5, user_lookup: 1, decision: 0.5 } });
    await postgres.sql`insert into outbox (account_id, decision_id, record) values (1, 6, ${record}), (1, 7, ${record})`;
  });
  afterAll(() => database.close());

  let nowMs: number;
  let log: LogLine[];
  beforeEach(() => {
    nowMs = 0;
    log = [];
  });

  function open() {
    const metrics = createMetrics({ process: 'test', node: false });
    const logger = createLogger({ process: 'test', destination: { write: (line) => void log.push(JSON.parse(line)) } });
    const share = createNetworkShare({ metrics, logger, timeoutMs: 3000, postgres, clock: () => nowMs });
    const read = async (series: string) => {
      const line = (await metrics.text()).split('\n').find((each) => each.startsWith(series));
      return Number(line?.slice(line.lastIndexOf(' ')));
    };
    return { share, read };
  }

  test('is what the platform waited beyond our own work, where that is known', async () => {
    const { share, read } = open();
    await share.observe([
      { decisionId: '6', durationMs: 42 },
      { decisionId: '99', durationMs: 50 },
      { durationMs: 60 },
      { decisionId: '7' },
    ]);
    expect([await read('freeway_network_share_ms_count'), await read('freeway_network_share_ms_sum')]).toEqual([1, 40]);
    expect(await read('freeway_answer_duration_ms_sum')).toBe(152);
    expect(log).toEqual([]);
  });

  test('is looked at for a sample: one batch a second, and none without a duration', async () => {
    const { share, read } = open();
    const { queries } = postgres.statistics();
    await share.observe([{ decisionId: '6' }, {}]);
    await share.observe([{ decisionId: '6', durationMs: 12 }]);
    nowMs = 999;
    await share.observe([{ decisionId: '7', durationMs: 12 }]);
    expect(postgres.statistics().queries - queries).toBe(1);
    nowMs = 1000;
    await share.observe([{ decisionId: '7', durationMs: 12 }]);
    expect(postgres.statistics().queries - queries).toBe(2);
    expect(await read('freeway_network_share_ms_sum')).toBe(20);
    expect(await read('freeway_answer_duration_ms_count')).toBe(3);
  });

  test('together with our own work near the time-out is an alarm, said at most every ten seconds', async () => {
    const { share, read } = open();
    await share.observe([{ decisionId: '6', durationMs: 2399 }]);
    expect(log).toEqual([]);
    await share.observe([{ decisionId: '6', durationMs: 2400 }, { durationMs: 3001 }]);
    expect(await read('freeway_answers_near_timeout_total')).toBe(2);
    expect(log).toMatchObject([{ level: 'warn', decision_id: '6', duration_ms: 2400, timeout_ms: 3000 }]);
    nowMs = 10_000;
    await share.observe([{ decisionId: '7', durationMs: 5000 }]);
    expect(log.at(-1)).toMatchObject({ decision_id: '7', suppressed: 1 });
  });
});
