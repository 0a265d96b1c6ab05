import type { AuthorizationRequest, Proposal, TransactionRecord } from '@freeway/core';
import { approval, buildProposal, buildRecord } from '@freeway/testkit';
import { authorizeBatch } from '../src/authorize-statement.ts';
import { BY_KEY_SESSION } from '../src/by-key-session.ts';
import type { Postgres } from '../src/connect.ts';
import { HOT_SESSION } from '../src/ledger.ts';
import { importRecords } from '../src/operator/import/import-records.ts';
import type { TestDatabase } from '../testing/test-database.ts';

const NOON_TODAY_MS = Math.floor(Date.now() / 86_400_000) * 86_400_000 + 43_200_000;

/** One owner with an account that can pay for everything, and approvals on it as the hot path makes them. */
export interface Approvals {
  readonly accountId: string;
  /** As the sweeper's. */
  readonly postgres: Postgres;
  approve(token: string, request?: Partial<AuthorizationRequest>, chain?: string): Promise<void>;
  /** An authorization that was open at the cut-over, of 5.00. */
  importHold(token: string, expiresAt?: string): Promise<void>;
  /** The platform's record of a transaction of this owner. */
  record(token: string, overrides?: Partial<TransactionRecord>): TransactionRecord;
  /** As if a transaction had been decided that long ago. */
  age(token: string, interval: string): Promise<void>;
}

export async function openApprovals(database: TestDatabase, name: string): Promise<Approvals> {
  const { sql } = database.postgres;
  const hot = database.connect({ poolMax: 1, session: HOT_SESSION });
  const owner = { kind: 'user', token: name } as const;
  await sql`insert into owners (kind, token) values ('user', ${name})`;
  const [account] = await sql`
    insert into accounts (owner_kind, owner_token, currency, credit_line_minor)
      values ('user', ${name}, 'EUR', 100000000) returning account_id`;
  const accountId = account?.['account_id'] as string;
  const links = { parentTransactionTokens: [], parentMessageTokens: [] };
  return {
    accountId,
    postgres: database.connect({ session: BY_KEY_SESSION }),
    async approve(token, request = {}, chain = token) {
      const own = { transactionToken: token, messageToken: `message of ${token}`, owner, occurredAtMs: NOON_TODAY_MS };
      const proposal: Proposal = buildProposal({
        accountId,
        chainToken: chain,
        request: { ...own, ...request },
        decision: approval(reservationOf(request.kind)),
      });
      const [result] = await authorizeBatch(hot.sql, [proposal]);
      if (result?.status !== 'committed') throw new Error(`expected a commit, got ${result?.status}`);
    },
    async importHold(token, expiresAt) {
      const content = {
        type: 'authorization',
        transaction_token: token,
        user: name,
        currency: 'EUR',
        amount_left: '5.00',
        occurred_at: '2026-01-01T00:00:00Z',
        expires_at: expiresAt,
      };
      const source = () => [{ line: 1, content: JSON.stringify(content) }];
      const { status } = await importRecords(database.postgres, source, { actor: 'test', source: 'test' });
      if (status !== 'applied') throw new Error(`expected an import, got ${status}`);
    },
    record: (token, overrides = {}) =>
      buildRecord({ owner, links, createdAtMs: NOON_TODAY_MS, ...overrides, transactionToken: token }),
    async age(token, interval) {
      await sql`update decisions set decided_at = now() - ${interval}::interval where transaction_token = ${token}`;
    },
  };
}

function reservationOf(kind: AuthorizationRequest['kind'] | undefined) {
  if (kind === 'single_message') return { messageClass: 'single' } as const;
  return kind === 'refund_authorization' ? ({ effect: 'expected_credit' } as const) : {};
}
