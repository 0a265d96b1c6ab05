import type { Proposal } from '@freeway/core';
import { expect, test } from 'vitest';
import { authorizeBatch } from '../src/authorize-statement.ts';
import type { Sql } from '../src/connect.ts';

const proposal: Proposal = {
  request: {
    method: 'pgfs.authorization',
    kind: 'authorization',
    messageToken: 'message-1',
    transactionToken: 'transaction-1',
    fingerprint: '00000000-0000-0000-0000-000000000001',
    amountMinor: 100n,
    currency: 'USD',
    occurredAtMs: 0,
    createdAtMs: 0,
    expiresAtMs: 1,
  } as Proposal['request'],
  decision: { outcome: 'decline', reason: 'unknown_card' } as Proposal['decision'],
  chainToken: 'transaction-1',
  countedAtMs: 0,
  versions: {},
  record: '{}',
  attemptId: '1',
};

test('once answered, the driver holds nothing of what was sent', async () => {
  const queries: Record<string, unknown>[] = [];
  const unsafe = (_statement: string, parameters: readonly unknown[]) => {
    const answer = Promise.resolve([{ statuses: null, decision_ids: ['1'], approvals: null }]);
    const query = Object.assign(answer, { args: parameters, parameters });
    queries.push(query as unknown as Record<string, unknown>);
    return query;
  };
  await authorizeBatch({ unsafe } as unknown as Sql, [proposal]);
  expect(queries).toMatchObject([{ args: null, parameters: null }]);
});
