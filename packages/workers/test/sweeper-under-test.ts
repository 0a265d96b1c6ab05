import type { AuthorizationRequest, Reservation } from '@freeway/core';
import { connectPostgres, createLedger, HOT_SESSION, type Postgres, type PostgresLedger } from '@freeway/postgres';
import { createLifecycle, createLogger, createMetrics, type Lifecycle, readSettings } from '@freeway/runtime';
import { approval, buildProposal } from '@freeway/testkit';
import { type OpenSweeper, openSweeper } from '../src/sweeper/open-sweeper.ts';
import { baseEnvironment, type LogLine } from './processes-in-one.ts';

export interface SweeperUnderTest extends OpenSweeper {
  readonly lifecycle: Lifecycle;
  readonly log: readonly LogLine[];
  /** The value of a series of the metrics page; the whole line begins with it. */
  metric(series: string): Promise<number>;
}

/** A sweeper as its process opens it, whose rounds a test runs one by one. */
export async function openSweeperUnderTest(
  databaseUrl: string,
  env: Readonly<Record<string, string>>,
): Promise<SweeperUnderTest> {
  const read = readSettings('sweeper', { ...baseEnvironment(databaseUrl), SWEEP_LOOKUPS_PER_SECOND: '100', ...env });
  if (!read.ok) throw new Error(read.faults.join('\n'));
  const log: LogLine[] = [];
  const logger = createLogger({ process: 'test', destination: { write: (line) => void log.push(JSON.parse(line)) } });
  const lifecycle = createLifecycle({ logger, stopTimeoutMs: 10_000, ownsProcess: false });
  const metrics = createMetrics({ process: 'test', node: false });
  const sweeper = await openSweeper({ settings: read.settings, databaseUrl, logger, lifecycle, metrics });
  return {
    ...sweeper,
    lifecycle,
    log,
    async metric(series) {
      const line = (await metrics.text()).split('\n').find((each) => each.startsWith(series));
      return Number(line?.slice(line.lastIndexOf(' ')));
    },
  };
}

/** Whoever runs a round tells nobody to stop. */
export const UNDISTURBED = new AbortController().signal;

export interface Approver {
  /** Approves 10.00 EUR for user-1 unless told otherwise, as a gateway does; counts against `limitIds`. */
  approve(token: string, changes?: Approval): Promise<void>;
  close(): Promise<void>;
}

export interface Approval {
  readonly request?: Partial<AuthorizationRequest>;
  readonly chain?: string;
  readonly reservation?: Partial<Reservation>;
  readonly attemptId?: string;
}

/** Approvals without a gateway, through the real ledger. */
export function openApprover(url: string, accountId: string): Approver {
  const session = { ...HOT_SESSION, lock_timeout: '0' };
  const hot = connectPostgres({ url, poolMax: 1, statementTimeoutMs: 30_000, session });
  const ledger: PostgresLedger = createLedger(hot, { batchMax: 1, inFlightMax: 1, queueMax: 1000 });
  return {
    async approve(token, { request = {}, chain = token, reservation = {}, attemptId } = {}) {
      const own = { transactionToken: token, messageToken: `message-of-${token}` };
      const proposal = buildProposal({
        accountId,
        chainToken: chain,
        request: { ...own, ...request },
        decision: approval(reservation),
        record: '{"source":"http"}',
        ...(attemptId === undefined ? {} : { attemptId }),
      });
      const { status } = await ledger.authorize(proposal, performance.now() + 30_000);
      if (status !== 'committed') throw new Error(`expected a commit, got ${status}`);
    },
    async close() {
      await ledger.drained();
      await hot.close();
    },
  };
}

/** As if a transaction had been decided that long ago. */
export async function ageDecision({ sql }: Postgres, token: string, interval: string): Promise<void> {
  await sql`update decisions set decided_at = now() - ${interval}::interval where transaction_token = ${token}`;
}

/** As if all look-ups had been that long ago. */
export async function ageLookups({ sql }: Postgres, interval: string): Promise<void> {
  await sql`
    update lookups set last_not_found_at = last_not_found_at - ${interval}::interval, next_at = next_at - ${interval}::interval`;
}
