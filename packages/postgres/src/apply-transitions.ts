import type { CardState, OwnerKind, OwnerState } from '@freeway/core';
import type { TransactionSql } from 'postgres';
import type { Postgres } from './connect.ts';
import { cardChanges, type ChangedFact, ownerChanges } from './operator/outcome.ts';

/** A state that the platform gave a card or an owner, and when (milliseconds since the epoch). */
export type StateTransition =
  | { readonly subject: 'card'; readonly token: string; readonly state: CardState; readonly createdAtMs: number }
  | { readonly subject: OwnerKind; readonly token: string; readonly state: OwnerState; readonly createdAtMs: number };

/**
 * `applied`: the state is this one now. `older`: a later transition was applied, or the state is final. `unknown`: no such
 * card or owner here.
 */
export type TransitionOutcome = 'applied' | 'older' | 'unknown';

/** Of two transitions of one moment the stricter holds; the last of each list is final, and holds whenever it comes. */
const STRICTNESS = {
  card: ['unactivated', 'active', 'suspended', 'terminated'],
  owner: ['unverified', 'limited', 'active', 'suspended', 'closed'],
} as const;

/**
 * Applies transitions in the order of their own times, whatever the order they come in. They set the platform's state and
 * never our blocks (money.md *status*). The fact's version rises by trigger, so that the very next authorization sees it.
 */
export async function applyTransitions(
  postgres: Postgres,
  transitions: readonly StateTransition[],
): Promise<{ readonly outcomes: readonly TransitionOutcome[]; readonly changed: readonly ChangedFact[] }> {
  if (transitions.length === 0) return { outcomes: [], changed: [] };
  return postgres.transaction('transitions.apply', async (sql) => {
    const outcomes: TransitionOutcome[] = [];
    const changed: ChangedFact[] = [];
    // Sorted, so that two batches never wait for each other in a circle.
    const order = transitions.map((_, index) => index).toSorted((a, b) => compare(transitions[a], transitions[b]));
    for (const index of order) {
      const transition = transitions[index];
      if (transition === undefined) continue;
      const outcome = await applyOne(sql, transition);
      outcomes[index] = outcome;
      if (outcome !== 'applied') continue;
      const { subject, token } = transition;
      changed.push(...(subject === 'card' ? cardChanges(token) : ownerChanges({ kind: subject, token })));
    }
    return { outcomes, changed };
  });
}

async function applyOne(sql: TransactionSql, transition: StateTransition): Promise<TransitionOutcome> {
  const { subject, token, state } = transition;
  const at = new Date(transition.createdAtMs);
  const ranks: readonly string[] = subject === 'card' ? STRICTNESS.card : STRICTNESS.owner;
  const final = ranks.at(-1) ?? '';
  const table = sql(subject === 'card' ? 'cards' : 'owners');
  const isIt = subject === 'card' ? sql`token = ${token}` : sql`kind = ${subject} and token = ${token}`;
  const rank = (column: ReturnType<typeof sql>) => sql`array_position(${ranks as string[]}::text[], ${column})`;
  const [row] = await sql<{ known: boolean; applied: boolean }[]>`
    with known as (select 1 from ${table} where ${isIt}), applied as (
      update ${table} set state = ${state}, platform_state_at = ${at}
        where ${isIt} and state <> ${final}
          and (platform_state_at is null or platform_state_at < ${at} or ${state} = ${final}
               or (platform_state_at = ${at} and ${rank(sql`state`)} < ${rank(sql`${state}::text`)}))
        returning 1
    )
    select exists (select from known) as known, exists (select from applied) as applied`;
  if (row?.applied) return 'applied';
  return row?.known ? 'older' : 'unknown';
}

function compare(a: StateTransition | undefined, b: StateTransition | undefined): number {
  const [one, other] = [`${a?.subject} ${a?.token}`, `${b?.subject} ${b?.token}`];
  return one < other ? -1 : one > other ? 1 : 0;
}
