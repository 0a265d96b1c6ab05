import { createWeighted } from '../skew.ts';
import { createFreshMessages } from '../fresh-message.ts';
import { networkStandIn, type Conclusion } from './conclude.ts';
import { APPROVED } from '../records/happening.ts';
import { RECORD_KINDS } from '../records/record-kind.ts';
import { toMinor } from '../decimal-money.ts';
import type { Programme, ProgrammeCard } from '../programme.ts';
import type { Random } from '../random.ts';

/** Transactions that no gateway is asked about (PROTOCOL section 5.3), and how often each is drawn. */
const SHARES = {
  force_post: 3,
  refund: 4,
  direct_deposit: 2,
  credit_adjustment: 1,
  debit_adjustment: 1,
  network_stand_in: 4,
};

/** Draws them on any card whose account still books: closed accounts are an operator's case of its own. */
export function createUnasked(programme: Programme, random: Random): (nowMs: number) => Conclusion | undefined {
  const draw = createWeighted(random, SHARES);
  const fresh = createFreshMessages(random);
  const open = new Set(
    programme.accounts.filter(({ state }) => state !== 'closed').map(({ owner, currency }) => keyOf(owner, currency)),
  );
  const cards = programme.cards.filter(({ payer, currency }) => open.has(keyOf(payer, currency)));
  return (nowMs) => {
    if (cards.length === 0) return undefined;
    const name = draw();
    const message = fresh('authorization', random.pick(cards), nowMs);
    if (name === 'network_stand_in') return networkStandIn(message, random.chance(0.5));
    const amountMinor = toMinor(message.amountText, message.currency) ?? 0n;
    return { kind: RECORD_KINDS[name], message, amountMinor, verdict: APPROVED };
  };
}

function keyOf(owner: ProgrammeCard['payer'], currency: string): string {
  return `${owner.kind} ${owner.token} ${currency}`;
}
