import type { OwnerRef } from '@freeway/core';
import type { Postgres } from './connect.ts';

/** Takes over a card that the ledger does not know, from the platform's word (money.md *status*). */
export async function adoptCard(postgres: Postgres, cardToken: string, owner: OwnerRef): Promise<void> {
  await postgres.query(
    'cards.adopt',
    (sql) => sql`
      with adopted as (
        insert into cards (token, owner_kind, owner_token, state) values (${cardToken}, ${owner.kind}, ${owner.token}, 'active')
          on conflict (token) do nothing returning token
      )
      insert into audit_records (actor, verb, subject, detail)
        select 'gateway', 'card adopt', token, ${sql.json({ owner: { ...owner } })} from adopted`,
  );
}

/** Corrects our fact of who holds a card (money.md *ownership*). Returns whether anything changed. */
export async function correctCardOwner(postgres: Postgres, cardToken: string, owner: OwnerRef): Promise<boolean> {
  const rows = await postgres.query(
    'cards.correct_owner',
    (sql) => sql`
      with corrected as (
        update cards set owner_kind = ${owner.kind}, owner_token = ${owner.token}
          where token = ${cardToken} and (owner_kind, owner_token) is distinct from (${owner.kind}, ${owner.token})
          returning token
      )
      insert into audit_records (actor, verb, subject, detail)
        select 'jit-funding worker', 'card correct-owner', token, ${sql.json({ owner: { ...owner } })} from corrected returning subject`,
  );
  return rows.length > 0;
}
