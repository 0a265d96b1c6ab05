import { MERCHANTS } from '../src/merchants.ts';
import { MESSAGE_KINDS } from '../src/message.ts';
import type { Message } from '../src/message.ts';
import type { Programme, ProgrammeAccount, ProgrammeCard, ProgrammeLimit, ProgrammeUser } from '../src/programme.ts';

export const NOON = Date.UTC(2026, 4, 31, 12);

let serial = 0;

/** A plain purchase of 10.00 USD by user `u` with card `c`. */
export function message(changes: Partial<Message> = {}): Message {
  serial++;
  return {
    kind: MESSAGE_KINDS.authorization,
    transactionToken: `t-${serial}`,
    messageToken: `m-${serial}`,
    payer: { kind: 'user', token: 'u' },
    userToken: 'u',
    cardToken: 'c',
    lastFour: '1234',
    amountText: '10.00',
    amountForm: 'shortest',
    currency: 'USD',
    merchant: MERCHANTS[0]!,
    receivedAtMs: NOON,
    model: 2,
    ...changes,
  };
}

export interface Changes {
  readonly account?: Partial<ProgrammeAccount>;
  readonly user?: Partial<ProgrammeUser>;
  readonly card?: Partial<ProgrammeCard>;
  readonly limits?: readonly (Partial<ProgrammeLimit> & Pick<ProgrammeLimit, 'window'>)[];
}

/** One user `u` with 100.00 USD and card `c`. */
export function programme({ account, user, card, limits = [] }: Changes = {}): Programme {
  const owner = { kind: 'user', token: 'u' } as const;
  return {
    users: [{ token: 'u', state: 'active', blocked: false, ...user }],
    businesses: [],
    accounts: [{ owner, currency: 'USD', openingMinor: 100_00n, creditLineMinor: 0n, state: 'open', ...account }],
    cards: [
      {
        token: 'c',
        holder: owner,
        payer: owner,
        userToken: 'u',
        currency: 'USD',
        lastFour: '1234',
        state: 'active',
        expires: '2040-01',
        blockedCategories: [],
        ...card,
      },
    ],
    limits: limits.map((limit, index) => ({
      token: `l-${index}`,
      subject: { kind: 'card', token: 'c' },
      currency: 'USD',
      ...limit,
    })),
  };
}
