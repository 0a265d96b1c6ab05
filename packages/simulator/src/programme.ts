import { createRandom } from './random.ts';
import { addLimits } from './programme-limits.ts';
import { CURRENCIES, fromCents } from './currencies.ts';
import type { Random } from './random.ts';

export type OwnerKind = 'user' | 'business';
export type OwnerState = 'unverified' | 'limited' | 'active' | 'suspended' | 'closed';
export type AccountState = 'open' | 'frozen' | 'closing' | 'closed';
export type CardState = 'unactivated' | 'active' | 'suspended' | 'terminated';
export type CardBlock = 'blocked_by_issuer' | 'blocked_by_cardholder' | 'lost' | 'stolen';
export type LimitWindow = 'transaction' | 'day' | 'month';

export interface OwnerRef {
  readonly kind: OwnerKind;
  readonly token: string;
}

export interface ProgrammeUser {
  readonly token: string;
  readonly state: OwnerState;
  readonly blocked: boolean;
}

export interface ProgrammeBusiness {
  readonly token: string;
  readonly state: OwnerState;
}

export interface ProgrammeAccount {
  readonly owner: OwnerRef;
  readonly currency: string;
  readonly openingMinor: bigint;
  readonly creditLineMinor: bigint;
  readonly state: AccountState;
}

export interface ProgrammeCard {
  readonly token: string;
  /** Who holds the card: the owner that the import names. */
  readonly holder: OwnerRef;
  /** Whose account pays (money.md *payer*): a parent for a child's card, the business for an employee's. */
  readonly payer: OwnerRef;
  /** The user who uses the card: whose status and limits also apply. */
  readonly userToken: string;
  readonly currency: string;
  readonly lastFour: string;
  readonly state: CardState;
  readonly block?: CardBlock;
  /** Last month of validity, `YYYY-MM`. */
  readonly expires: string;
  readonly blockedCategories: readonly string[];
}

export interface ProgrammeLimit {
  readonly token: string;
  readonly subject:
    | { readonly kind: 'card' | 'user' | 'business'; readonly token: string }
    | { readonly kind: 'account'; readonly owner: OwnerRef };
  readonly currency: string;
  readonly window: LimitWindow;
  readonly maxAmountMinor?: bigint;
  readonly maxCount?: number;
}

/** A card programme: plain data. Cards are in order of popularity: traffic draws the first ones most. */
export interface Programme {
  readonly users: readonly ProgrammeUser[];
  readonly businesses: readonly ProgrammeBusiness[];
  readonly accounts: readonly ProgrammeAccount[];
  readonly cards: readonly ProgrammeCard[];
  readonly limits: readonly ProgrammeLimit[];
}

/** Proportions of the demo programme; probabilities. */
const SHARES = {
  businessCard: 0.01,
  child: 0.02,
  secondCard: 0.1,
  gamblingBlocked: 0.05,
  creditLine: 0.05,
  currencies: { USD: 0.86, EUR: 0.09, JPY: 0.03, KWD: 0.02 },
  accountState: { frozen: 0.003, closing: 0.001, closed: 0.001 },
  userState: { suspended: 0.003, closed: 0.001, limited: 0.005 },
  userBlocked: 0.002,
  businessState: { suspended: 0.02 },
  cardState: { suspended: 0.005, terminated: 0.003, unactivated: 0.005 },
  cardBlock: { lost: 0.003, stolen: 0.002, blocked_by_issuer: 0.002, blocked_by_cardholder: 0.002 },
  expired: 0.005,
} as const;

/**
 * A demo programme, the same for the same seed and size; tokens carry the seed, so several can live in one ledger.
 * The most popular half percent of users is healthy and rich, so that one odd card cannot colour a whole demo.
 */
export function buildProgramme(options: { readonly seed: number; readonly users?: number }): Programme {
  const { seed, users: userCount = 10_000 } = options;
  const random = createRandom(`programme ${seed} ${userCount}`);
  const building = { users: [] as ProgrammeUser[], accounts: [] as ProgrammeAccount[], cards: [] as ProgrammeCard[] };
  const businesses: ProgrammeBusiness[] = [];
  for (let n = 1; n <= Math.max(1, Math.round(userCount / 500)); n++) {
    const business = { token: `b_${seed}_${n}`, state: draw(random, SHARES.businessState, 'active') };
    businesses.push(business);
    building.accounts.push(openAccount(random, { kind: 'business', token: business.token }, true));
  }
  const parents: OwnerRef[] = [];
  for (let n = 1; n <= userCount; n++) {
    const healthy = n <= userCount / 200;
    const user = addUser(random, `u_${seed}_${n}`, healthy);
    building.users.push(user);
    const ref: OwnerRef = { kind: 'user', token: user.token };
    const payer = choosePayer(random, ref, parents, businesses, n);
    if (payer === ref) {
      building.accounts.push(openAccount(random, ref, healthy));
      parents.push(ref);
    }
    const account = building.accounts.findLast((one) => one.owner.token === payer.token);
    const currency = account?.currency ?? 'USD';
    for (let i = 0; i < (random.chance(SHARES.secondCard) ? 2 : 1); i++) {
      const token = `c_${seed}_${building.cards.length + 1}`;
      building.cards.push(issueCard(random, token, { user: ref, payer, currency }, healthy));
    }
  }
  const parts = { ...building, businesses };
  return { ...parts, limits: addLimits(random, seed, parts, Math.floor(userCount / 200)) };
}

function addUser(random: Random, token: string, healthy: boolean): ProgrammeUser {
  const state = draw(random, SHARES.userState, 'active');
  const blocked = random.chance(SHARES.userBlocked);
  return healthy ? { token, state: 'active', blocked: false } : { token, state, blocked };
}

function choosePayer(
  random: Random,
  user: OwnerRef,
  parents: readonly OwnerRef[],
  businesses: readonly ProgrammeBusiness[],
  n: number,
): OwnerRef {
  // The first few are adults with accounts, so that even a small programme has parents to spend from.
  const odd = random.next();
  if (n <= 3 || odd >= SHARES.businessCard + SHARES.child) return user;
  if (odd < SHARES.businessCard) return { kind: 'business', token: random.pick(businesses).token };
  return parents.length === 0 ? user : random.pick(parents);
}

function openAccount(random: Random, owner: OwnerRef, rich: boolean): ProgrammeAccount {
  const currency = draw(random, SHARES.currencies, 'USD');
  const state = draw(random, SHARES.accountState, 'open');
  const cents = random.between(50_00, 8_000_00);
  const hasLine = random.chance(SHARES.creditLine);
  const exact = CURRENCIES[currency]?.exponent === 0 ? 0 : random.between(0, 99);
  const openingMinor = fromCents(rich ? 500_000_00 : cents, currency) + BigInt(exact);
  return {
    owner,
    currency,
    openingMinor: state === 'closed' && !rich ? 0n : openingMinor,
    creditLineMinor: hasLine ? fromCents(500_00, currency) : 0n,
    state: rich ? 'open' : state,
  };
}

function issueCard(
  random: Random,
  token: string,
  about: { readonly user: OwnerRef; readonly payer: OwnerRef; readonly currency: string },
  healthy: boolean,
): ProgrammeCard {
  const state = draw(random, SHARES.cardState, 'active');
  const block = draw(random, SHARES.cardBlock, 'none');
  const month = String(random.between(1, 12)).padStart(2, '0');
  const expired = random.chance(SHARES.expired) && !healthy;
  return {
    token,
    holder: about.payer.kind === 'business' ? about.payer : about.user,
    payer: about.payer,
    userToken: about.user.token,
    currency: about.currency,
    lastFour: random.digits(4),
    state: healthy ? 'active' : state,
    ...(block === 'none' || healthy ? {} : { block }),
    expires: `${expired ? random.between(2021, 2024) : random.between(2040, 2044)}-${month}`,
    blockedCategories: random.chance(SHARES.gamblingBlocked) ? ['7995'] : [],
  };
}

/** One of the keys with its probability, else the fallback. */
function draw<K extends string, F extends string>(
  random: Random,
  shares: Readonly<Record<K, number>>,
  fallback: F,
): K | F {
  let left = random.next();
  for (const [key, share] of Object.entries<number>(shares)) {
    left -= share;
    if (left < 0) return key as K;
  }
  return fallback;
}
