import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CommitResult, Proposal } from '@freeway/core';
import { arbitraryHistory, arbitraryProposal, createMemoryLedger, memoryTarget, replayHistory } from '../src/index.ts';
import type { MemoryLedger, ReplayTarget } from '../src/index.ts';

/** The model behind a ledger that gives its own ids, as a database does. */
function renamingTarget(ledger: MemoryLedger): ReplayTarget {
  const target = memoryTarget(ledger);
  let accounts = 500;
  let limits = 7000;
  return {
    ...target,
    openAccount: (command) => target.openAccount({ ...command, accountId: String(accounts++) }),
    putLimit: (limit) => target.putLimit({ ...limit, limitId: limits++ }),
  };
}

describe('arbitrary histories', () => {
  it('leave the books true, whatever happens', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryHistory(), async (history) => {
        const { invariants, snapshot } = await replayHistory(history, memoryTarget(createMemoryLedger()));
        expect(invariants).toEqual([]);
        expect(snapshot.decisions.every((decision) => decision.outboxRows === 1)).toBe(true);
      }),
    );
  });

  it('never hold beyond what was there: a hold needs funds when it is made', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryHistory(), async (history) => {
        const ledger = createMemoryLedger();
        const before = { ...history, steps: [] };
        const opening = await replayHistory(before, memoryTarget(ledger));
        const after = await replayHistory(history, memoryTarget(createMemoryLedger()));
        for (const [index, account] of after.snapshot.accounts.entries()) {
          const start = opening.snapshot.accounts[index];
          const available = account.postedMinor - account.heldMinor + account.creditLineMinor;
          expect(available >= 0n || account.heldMinor === start?.heldMinor).toBe(true);
          expect(account.postedMinor).toBe(start?.postedMinor);
        }
      }),
    );
  });

  it('come out equal on a ledger that gives its own ids', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryHistory(), async (history) => {
        const expected = await replayHistory(history, memoryTarget(createMemoryLedger()));
        expect(await replayHistory(history, renamingTarget(createMemoryLedger()))).toEqual(expected);
      }),
    );
  });

  it('never send two proposals that share a token in one batch', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryHistory(), async (history) => {
        const sent: (readonly Proposal[])[] = [];
        const target = memoryTarget(createMemoryLedger());
        await replayHistory(history, {
          ...target,
          authorizeBatch: (proposals) => {
            sent.push(proposals);
            return target.authorizeBatch(proposals);
          },
        });
        const proposals = history.steps.flatMap((step) => (step.verb === 'authorize' ? step.proposals : []));
        expect(sent.flat()).toHaveLength(proposals.length);
        for (const batch of sent) {
          expect(new Set(batch.map((row) => row.request.messageToken)).size).toBe(batch.length);
          expect(new Set(batch.map((row) => row.request.transactionToken)).size).toBe(batch.length);
        }
      }),
    );
  });

  it('reach everything that the commit can answer', async () => {
    const seen = new Set<string>();
    for (const history of fc.sample(arbitraryHistory(), { numRuns: 300, seed: 1 })) {
      const { results, snapshot } = await replayHistory(history, memoryTarget(createMemoryLedger()));
      for (const result of results) seen.add(gist(result));
      if (snapshot.holds.some((row) => row.chainToken.startsWith('nobody-'))) seen.add('increment on an unknown chain');
      if (snapshot.decisions.some((row) => row.accountId === undefined)) seen.add('null account');
      if (snapshot.expectedCredits.length > 0) seen.add('expected credit');
      if (results.every((row) => row.status === 'committed' && row.decision.outcome === 'approve'))
        seen.add('all approved');
    }
    expect([...seen].toSorted()).toEqual([
      'all approved',
      'approve',
      'card_suspended',
      'daily_amount_limit',
      'daily_count_limit',
      'expected credit',
      'increment on an unknown chain',
      'insufficient_funds',
      'monthly_amount_limit',
      'monthly_count_limit',
      'no_account',
      'null account',
      'repeat approve',
      'repeat decline',
      'stale',
      'token_reused',
      'transaction_amount_limit',
      'transaction_amount_limit with its limit',
      'unknown_owner',
    ]);
  });
});

it('an arbitrary proposal is one that a ledger takes', () => {
  fc.assert(
    fc.property(arbitraryProposal(), (proposal) => {
      const ledger = createMemoryLedger();
      const { owner, currency } = proposal.request;
      if (proposal.accountId !== undefined && owner !== undefined)
        ledger.apply({ verb: 'open_account', accountId: proposal.accountId, owner, currency });
      expect(ledger.commit(proposal).status).toBe('committed');
      expect(ledger.commit(proposal).status).toBe('repeat');
    }),
  );
});

function gist(result: CommitResult): string {
  if (result.status === 'repeat') return `repeat ${result.decision.outcome}`;
  if (result.status !== 'committed') return result.status;
  const { outcome, reason, limitId } = result.decision;
  if (outcome === 'approve') return 'approve';
  return reason === 'transaction_amount_limit' && limitId !== undefined ? `${reason} with its limit` : String(reason);
}
