import type { Pool } from './open-pool.ts';
import type { TextbookRequest } from './read-request.ts';

/** What is known before money is looked at. Texts and numbers only, so that a cache can hold it as JSON. */
export interface Facts {
  readonly user: UserFact | null;
  readonly card: CardFact | null;
  readonly limits: readonly LimitFact[];
}

export interface UserFact {
  readonly state: string;
  /** In the request's currency. */
  readonly accountId: string | null;
}

export interface CardFact {
  readonly userToken: string;
  readonly state: string;
  readonly expiresOn: string;
}

export interface LimitFact {
  readonly limitId: number;
  readonly window: 'day' | 'month';
  readonly maxAmountMinor: string;
  readonly maxCount: number | null;
}

export type Subject = Pick<TextbookRequest, 'userToken' | 'cardToken' | 'currency'>;

export type LookUp = (subject: Subject) => Promise<Facts>;

interface Row {
  readonly user_state: string;
  readonly account_id: string | null;
  readonly card_user: string | null;
  readonly card_state: string;
  readonly expires_on: string;
  readonly limit_id: number | null;
  readonly limit_window: LimitFact['window'];
  readonly max_amount_minor: string;
  readonly max_count: number | null;
}

/** All of it in one round trip, by key. */
export function createLookUp(sql: Pool): LookUp {
  return async ({ userToken, cardToken, currency }) => {
    const rows = await sql<Row[]>`
      select u.state as user_state, a.account_id::text, c.user_token as card_user, c.state as card_state,
             c.expires_on::text, l.limit_id, l.limit_window, l.max_amount_minor::text, l.max_count
        from users u
        left join accounts a on a.user_token = u.token and a.currency = ${currency}
        left join cards c on c.token = ${cardToken}
        left join lateral (
          select * from limits where card_token = c.token
          union all
          select * from limits where account_id = a.account_id
        ) l on true
        where u.token = ${userToken}`;
    return { user: userOf(rows[0]), card: cardOf(rows[0]), limits: rows.flatMap(limitOf) };
  };
}

function userOf(row: Row | undefined): UserFact | null {
  return row === undefined ? null : { state: row.user_state, accountId: row.account_id };
}

function cardOf(row: Row | undefined): CardFact | null {
  if (row === undefined || row.card_user === null) return null;
  return { userToken: row.card_user, state: row.card_state, expiresOn: row.expires_on };
}

function limitOf({ limit_id, limit_window, max_amount_minor, max_count }: Row): LimitFact[] {
  if (limit_id === null) return [];
  return [{ limitId: limit_id, window: limit_window, maxAmountMinor: max_amount_minor, maxCount: max_count }];
}
