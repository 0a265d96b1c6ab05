import { DEFAULT_CHAIN_POLICY, type AppliedRecord, type Proposal, type TransactionRecord } from '@freeway/core';
import { approval, buildProposal, buildRecord } from '@freeway/testkit';
import { authorizeBatch } from '../src/authorize-statement.ts';
import { openAccount } from '../src/operator/open-account.ts';
import { putOwner } from '../src/operator/put-owner.ts';
import { createRecordLedger, type PostgresRecordLedger } from '../src/records/record-ledger.ts';
import type { TestDatabase } from '../testing/test-database.ts';

/** A record as a story tells it: tokens are the world's own. */
export type Told = Omit<Partial<TransactionRecord>, 'transactionToken'> & { readonly parent?: string };

export interface World {
  readonly name: string;
  readonly owner: { readonly kind: 'user'; readonly token: string };
  readonly accountId: string;
  /** A token as the database has it. */
  token(name: string): string;
  record(token: string, told?: Told): TransactionRecord;
  /** Our gateway approves. */
  decide(token: string, amountMinor?: bigint, effect?: 'hold' | 'expected_credit'): Promise<unknown>;
  /** Our gateway declines. */
  decline(token: string): Promise<unknown>;
  /** Records one after the other, as they come. */
  tell(...told: readonly (readonly [token: string, told: Told])[]): Promise<readonly AppliedRecord[]>;
}

export const ME = 'operator@test';

/** Makes owners that have 10.00 EUR each, and whose stories do not meet. */
export function createWorlds({ postgres }: TestDatabase): {
  readonly ledger: PostgresRecordLedger;
  open(currency?: string): Promise<World>;
} {
  const ledger = createRecordLedger(postgres, { policy: DEFAULT_CHAIN_POLICY });
  let names = 0;
  return {
    ledger,
    async open(currency = 'EUR') {
      const name = `world-${++names}`;
      await putOwner(postgres, 'user', { token: name }, ME);
      await openAccount(postgres, { user: name, currency, opening_balance: '10.00' }, ME);
      const [account] = await postgres.sql`select account_id from accounts where owner_token = ${name}`;
      return worldOf(postgres, ledger, { name, currency, accountId: account?.['account_id'] as string });
    },
  };
}

function worldOf(
  postgres: TestDatabase['postgres'],
  ledger: PostgresRecordLedger,
  { name, currency, accountId }: { readonly name: string; readonly currency: string; readonly accountId: string },
): World {
  const owner = { kind: 'user', token: name } as const;
  const token = (each: string): string => `${name}-${each}`;
  const proposal = (each: string, amountMinor: bigint, decision: Proposal['decision']): Proposal =>
    buildProposal({
      accountId,
      decision,
      chainToken: token(each),
      request: { transactionToken: token(each), messageToken: token(`m-${each}`), owner, amountMinor, currency },
    });
  const record = (each: string, { parent, ...told }: Told = {}): TransactionRecord => {
    const parentTransactionTokens = parent === undefined ? [] : [token(parent)];
    const links = { parentTransactionTokens, parentMessageTokens: [] };
    return buildRecord({ owner, currency, links, ...told, transactionToken: token(each) });
  };
  return {
    name,
    owner,
    accountId,
    token,
    record,
    decide: (each, amountMinor = 1000n, effect = 'hold') =>
      authorizeBatch(postgres.sql, [proposal(each, amountMinor, approval({ effect }))]),
    decline: (each) =>
      authorizeBatch(postgres.sql, [proposal(each, 1000n, { outcome: 'decline', reason: 'card_lost' })]),
    async tell(...told) {
      const applied: AppliedRecord[] = [];
      for (const each of told) applied.push(...(await ledger.applyRecords([record(...each)])));
      return applied;
    },
  };
}
