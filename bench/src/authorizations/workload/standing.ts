/** How a user stands decides what every load of theirs is told, so that each answer is known in advance. */
export type Standing = 'good' | keyof typeof REASONS;

/** The platform's word for what each standing earns. */
const REASONS = {
  card_suspended: 'CARD_NOT_ACTIVE',
  account_frozen: 'TRANSACTION_NOT_PERMITTED',
  account_empty: 'INSUFFICIENT_FUNDS',
} as const;

const BAD: readonly (keyof typeof REASONS)[] = ['card_suspended', 'account_frozen', 'account_empty'];

/** Of each ten users the last stands badly, in turn for one reason or another: sizes and shares need no list. */
const GROUP = 10;
const GOOD_OF_GROUP = GROUP - 1;

export function standingOf(user: number): Standing {
  if (user % GROUP !== GOOD_OF_GROUP) return 'good';
  return BAD[Math.floor(user / GROUP) % BAD.length] ?? 'good';
}

/** What a user of bad standing is told; undefined for one of good standing. */
export function earnedReasonOf(user: number): string | undefined {
  const standing = standingOf(user);
  return standing === 'good' ? undefined : REASONS[standing];
}

export function badUsersOf(users: number): number {
  return Math.floor(users / GROUP);
}

export function goodUsersOf(users: number): number {
  return users - badUsersOf(users);
}

/** The user who is `rank`th, from 0, of those of good standing. */
export function goodUser(rank: number): number {
  return Math.floor(rank / GOOD_OF_GROUP) * GROUP + (rank % GOOD_OF_GROUP);
}

export function badUser(rank: number): number {
  return rank * GROUP + GOOD_OF_GROUP;
}
