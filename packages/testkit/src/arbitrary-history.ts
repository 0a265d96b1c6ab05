import type { Limit, Proposal } from '@freeway/core';
import * as fc from 'fast-check';
import { arbitraryInstantMs } from './arbitrary-request.ts';
import type { LedgerHistory } from './history.ts';
import type { OperatorCommand } from './operator-command.ts';
import { NOTHING_COLLIDES, PAYERS, planProposals } from './plan-proposals.ts';
import type { ProposalDraft } from './plan-proposals.ts';

/**
 * Histories over three accounts, four limits each and few tokens, so that everything the commit can answer occurs:
 * repeats of a message, the same transaction under a new message token, tokens reused with other content, increments on
 * open, declined and unknown chains and on imported holds, versions that are ahead or gone, declines decided before,
 * holds, expected credits, what moves nothing, and the null account.
 *
 * To run them against another ledger: give it as a `ReplayTarget` whose tables are empty, replay the same history on it
 * and on `memoryTarget(createMemoryLedger())`, and compare. For PostgreSQL the target
 * - deletes all rows of the ledger before each history (or makes a schema for each), keeping the system's accounts;
 * - sends each batch as one statement (`authorizeBatch`), never through the queue that forms batches by time;
 * - reads its snapshot with plain selects over the tables, not with the code under test.
 *
 * ```ts
 * fc.assert(fc.asyncProperty(arbitraryHistory(), async (history) => {
 *   const expected = await replayHistory(history, memoryTarget(createMemoryLedger()));
 *   expect(await replayHistory(history, await emptyPostgresTarget())).toEqual(expected);
 * }), { numRuns: 200 });
 * ```
 */
export function arbitraryHistory(): fc.Arbitrary<LedgerHistory> {
  return fc
    .record({
      funds: fc.tuple(...PAYERS.map(arbitraryFunds)),
      limits: arbitraryLimits(),
      drafts: fc.array(fc.array(arbitraryDraft(), { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 6 }),
    })
    .map(({ funds, limits, drafts }) => ({
      setUp: [...openAccounts(), ...funds.flat(), { verb: 'touch_card', token: 'card-1' } as const],
      limits,
      steps: planProposals(drafts, limits).map((proposals) => ({ verb: 'authorize', proposals })),
    }));
}

/** One proposal on its own, as the first of a history would be, with no versions to compare. */
export function arbitraryProposal(): fc.Arbitrary<Proposal> {
  return fc.tuple(arbitraryDraft(), arbitraryLimits()).map(([draft, limits]) => {
    const planned = planProposals([[{ ...draft, collision: NOTHING_COLLIDES }]], limits)[0]?.[0];
    if (planned === undefined) throw new Error('one draft makes one proposal');
    const { seen: _, ...proposal } = planned;
    return { ...proposal, versions: {} };
  });
}

/** The first payers have an account each; the last has none. card-2 stays unknown. */
function openAccounts(): OperatorCommand[] {
  return PAYERS.flatMap(({ accountId, owner, currency }) =>
    accountId === undefined || owner === undefined ? [] : [{ verb: 'open_account', accountId, owner, currency }],
  );
}

function arbitraryFunds({ accountId }: (typeof PAYERS)[number]): fc.Arbitrary<OperatorCommand[]> {
  if (accountId === undefined) return fc.constant([]);
  const key = `opening-${accountId}`;
  return fc
    .record({
      amountMinor: fc.constantFrom(0n, 60n, 500n, 100_000n),
      debited: fc.boolean(),
      creditLineMinor: fc.constantFrom(0n, 0n, 100n),
      imported: fc.constantFrom(0n, 0n, 40n),
    })
    .map(({ amountMinor, debited, creditLineMinor, imported }) => {
      const commands: OperatorCommand[] = [];
      if (amountMinor > 0n) commands.push({ verb: 'credit', accountId, amountMinor, key, counterpart: 'funding' });
      if (amountMinor > 0n && debited)
        commands.push({ verb: 'debit', accountId, amountMinor: 7n, key: `${key}-fee`, counterpart: 'fees' });
      if (creditLineMinor > 0n) commands.push({ verb: 'set_credit_line', accountId, creditLineMinor });
      if (imported > 0n)
        commands.push({
          verb: 'import_hold',
          accountId,
          chainToken: `imported-${accountId}`,
          amountMinor: imported,
          countedAtMs: Date.UTC(2026, 2, 20),
        });
      return commands;
    });
}

/** Each account has the same four limits, tight or loose, so that several bounds fail at once and tie. */
function arbitraryLimits(): fc.Arbitrary<Limit[]> {
  const amount = fc.constantFrom('0', '50', '150', '1000000');
  const count = fc.constantFrom(0, 2, 5, 1000);
  return fc
    .record({ dayAmount: amount, otherDayAmount: amount, monthAmount: amount, dayCount: count, monthCount: count })
    .map(({ dayAmount, otherDayAmount, monthAmount, dayCount, monthCount }) =>
      PAYERS.flatMap(({ accountId, currency }, payer) => {
        if (accountId === undefined) return [];
        const limit = (nth: number, rest: Pick<Limit, 'window' | 'maxAmountMinor' | 'maxCount'>): Limit => ({
          limitId: payer * 10 + nth,
          token: `limit-${payer * 10 + nth}`,
          subject: { kind: 'account', token: accountId },
          currency,
          ...rest,
        });
        return [
          limit(1, { window: 'month', maxCount: monthCount }),
          limit(2, { window: 'day', maxAmountMinor: dayAmount, maxCount: dayCount }),
          limit(3, { window: 'day', maxAmountMinor: otherDayAmount }),
          limit(4, { window: 'month', maxAmountMinor: monthAmount }),
        ];
      }),
    );
}

function arbitraryDraft(): fc.Arbitrary<ProposalDraft> {
  return fc.record({
    payer: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 5, arbitrary: fc.nat(PAYERS.length - 1) }),
    action: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom('authorization', 'single_message') },
      { weight: 4, arbitrary: fc.constant('increment') },
      { weight: 2, arbitrary: fc.constantFrom('refund_authorization', 'original_credit', 'credit') },
      { weight: 2, arbitrary: fc.constantFrom('verification', 'balance_inquiry', 'notice') },
      { weight: 2, arbitrary: fc.constant('decline') },
    ),
    amountMinor: fc.bigInt(1n, 80n),
    card: rarely('card-1', 'card-2'),
    actingUser: rarely(undefined, 'user-9'),
    atMs: arbitraryInstantMs(),
    expiresAtMs: fc.option(fc.constantFrom(Date.UTC(2026, 4, 1), Date.UTC(2026, 4, 8)), { nil: undefined }),
    limits: fc.constantFrom(0b0000, 0b0001, 0b0110, 0b1111),
    chain: fc.nat(),
    chainMaxMinor: fc.constantFrom(undefined, undefined, 60n, 100n),
    seenOwner: rarely('current', 'ahead', 'gone'),
    seenCard: rarely('current', 'ahead', 'gone'),
    collision: fc.oneof(
      { weight: 10, arbitrary: fc.constant(NOTHING_COLLIDES) },
      {
        weight: 5,
        arbitrary: fc.record({
          how: fc.constantFrom('repeat', 'new_message', 'new_transaction', 'reused_message', 'reused_transaction'),
          earlier: fc.nat(),
        }),
      },
    ),
  });
}

function rarely<T>(usual: T, ...others: T[]): fc.Arbitrary<T> {
  return fc.oneof({ weight: 12, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
}
