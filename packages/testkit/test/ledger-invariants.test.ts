import { DEFAULT_CHAIN_POLICY } from '@freeway/core';
import { describe, expect, it } from 'vitest';
import { commitProposal } from '../src/commit-proposal.ts';
import { emptyLedgerState } from '../src/ledger-state.ts';
import type { LedgerState } from '../src/ledger-state.ts';
import { applyOperatorCommand } from '../src/operator-command.ts';
import { approval, buildProposal, ledgerInvariants } from '../src/index.ts';

/** A ledger with a hold, an expected credit, a counter and a posting. */
function usedState(): LedgerState {
  const state = emptyLedgerState(DEFAULT_CHAIN_POLICY);
  const owner = { kind: 'user', token: 'user-1' } as const;
  applyOperatorCommand(state, { verb: 'open_account', accountId: '1', owner, currency: 'EUR' });
  applyOperatorCommand(state, { verb: 'credit', accountId: '1', amountMinor: 5000n, key: 'k', counterpart: 'funding' });
  const counters = [{ limitId: 1, window: 'day', windowStart: '2026-03-15', amountMinor: 1000n, count: 1 } as const];
  commitProposal(state, buildProposal({ decision: approval({ counters }) }));
  const request = { transactionToken: 'transaction-2', messageToken: 'message-2' };
  commitProposal(state, buildProposal({ request, decision: approval({ effect: 'expected_credit' }) }));
  return state;
}

function only<Row>(rows: Iterable<Row>): Row {
  const [row] = rows;
  if (row === undefined) throw new Error('there is a row');
  return row;
}

describe('the invariants', () => {
  it('hold for a ledger that was only used', () => {
    expect(ledgerInvariants(usedState())).toEqual([]);
  });

  it.each<[string, (state: LedgerState) => void, string]>([
    [
      'held is the sum of the holds',
      (state) => (only(state.holds.values()).amountMinor += 1n),
      'its holds sum to 1001',
    ],
    [
      'pending credit is the sum of expected credits',
      (state) => state.expectedCredits.clear(),
      'expected credits sum to 0',
    ],
    [
      'posted is the sum of the entries',
      (state) => (only(state.accounts.values()).postedMinor = 1n),
      'its entries sum to 5000',
    ],
    ['entries balance', (state) => state.entries.pop(), 'ledger transaction k'],
    ['counters are what was taken: amount', (state) => (only(state.counters.values()).amountMinor = 0n), 'counter'],
    ['counters are what was taken: count', (state) => (only(state.counters.values()).count = 2), 'counter'],
    ['counters are what was taken: missing', (state) => state.counters.clear(), 'counter'],
    ['a decision has its outbox row', (state) => state.outbox.pop(), 'not exactly one outbox row'],
    ['a decision has one outbox row', (state) => state.outbox.push(only(state.outbox)), 'not exactly one outbox row'],
    [
      'an outbox row has its decision',
      (state) => state.outbox.push({ decisionId: '9', record: '' }),
      'without its decision',
    ],
  ])('see when not: %s', (_, damage, complaint) => {
    const state = usedState();
    damage(state);
    expect(ledgerInvariants(state)).toEqual([expect.stringContaining(complaint)]);
  });
});
