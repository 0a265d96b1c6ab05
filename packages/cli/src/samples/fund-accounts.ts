import { formatAmount } from '@freeway/core';
import { creditAccount, type Postgres, showAccount } from '@freeway/postgres';
import { randomUUID } from 'node:crypto';
import type { SampleProgramme } from './sample-programme.ts';

/**
 * Credits each account up to its amount where less than half of that is available: what a second run finds funded it
 * leaves alone. Returns how many were credited, or the sentence of the first refusal.
 */
export async function fundAccounts(
  postgres: Postgres,
  funds: SampleProgramme['funds'],
  actor: string,
): Promise<number | string> {
  let credited = 0;
  for (const { owner, currency, amountMinor } of funds) {
    const shown = await showAccount(postgres, { owner, currency });
    if (shown.status === 'refused') return shown.message;
    const missingMinor = amountMinor - shown.account.availableMinor;
    if (shown.account.state === 'closed' || missingMinor * 2n <= amountMinor) continue;
    const move = { owner, currency, amount: formatAmount(missingMinor, currency), counterpart: 'funding' } as const;
    const outcome = await creditAccount(
      postgres,
      { ...move, reason: 'funds for samples', idempotencyKey: randomUUID() },
      actor,
    );
    if (outcome.status === 'refused') return outcome.message;
    credited++;
  }
  return credited;
}
