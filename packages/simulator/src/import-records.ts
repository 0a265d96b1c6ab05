import { toDecimalText } from './decimal-money.ts';
import type { OwnerRef, Programme, ProgrammeLimit } from './programme.ts';

/** The programme as records of Freeway's import file, one object per line: owners, accounts, cards, limits. */
export function* importRecords(programme: Programme): Iterable<object> {
  for (const user of programme.users) yield { type: 'user', ...user };
  for (const business of programme.businesses) yield { type: 'business', ...business };
  for (const account of programme.accounts) {
    yield {
      type: 'account',
      ...named(account.owner),
      currency: account.currency,
      opening_balance: toDecimalText(account.openingMinor, account.currency),
      credit_line: toDecimalText(account.creditLineMinor, account.currency),
      state: account.state,
    };
  }
  for (const card of programme.cards) {
    yield {
      type: 'card',
      token: card.token,
      ...named(card.holder),
      state: card.state,
      ...(card.block === undefined ? {} : { block: card.block }),
      expires: card.expires,
      blocked_categories: card.blockedCategories,
    };
  }
  for (const limit of programme.limits) yield limitRecord(limit);
}

function limitRecord(limit: ProgrammeLimit): object {
  return {
    type: 'limit',
    token: limit.token,
    ...(limit.subject.kind === 'account'
      ? { account: { ...named(limit.subject.owner), currency: limit.currency } }
      : { [limit.subject.kind]: limit.subject.token }),
    currency: limit.currency,
    window: limit.window,
    ...(limit.maxAmountMinor === undefined ? {} : { max_amount: toDecimalText(limit.maxAmountMinor, limit.currency) }),
    ...(limit.maxCount === undefined ? {} : { max_count: limit.maxCount }),
  };
}

/** `{ user: token }` or `{ business: token }`. */
function named(owner: OwnerRef): Record<string, string> {
  return { [owner.kind]: owner.token };
}
