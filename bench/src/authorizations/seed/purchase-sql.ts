import { type Standing, standingOf } from '../workload/standing.ts';
import { CLEARING_DAYS, DAY_US, type Past } from './plan-past.ts';

/** Users stand as those thirty before them (standing.ts). */
const PERIOD = 30;

/** Whether the user of that index stands so. */
export function hasStanding(user: string, standing: Standing): string {
  const alike = Array.from({ length: PERIOD }, (_, index) => index).filter((index) => standingOf(index) === standing);
  return `${user} % ${PERIOD} = any ('{${alike.join(',')}}')`;
}

/** Of an authorization, which is 2 * p, or 2 * p + 1 where it raised the pth purchase. */
export const transactionToken = (authorization: string): string => randomToken(authorization, 1);
export const messageToken = (authorization: string): string => randomToken(authorization, 3);
export const clearingToken = (purchase: string): string => randomToken(purchase, 5);

/** As random as the platform's and nearly as long, and always the same. PostgreSQL's own hash: several times cheaper than MD5. */
function randomToken(value: string, seed: number): string {
  return `(to_hex(hashint8extended(${value}, ${seed})) || '-' || to_hex(hashint8extended(${value}, ${seed + 1})))`;
}

/** 1.00 to 16.00: with what it was raised by, 2.00 to 62.00. */
export const firstMinor = (purchase: string): string => `(100 + ${purchase} * 7919 % 1501)`;
export const raiseMinor = (purchase: string): string => `(100 + ${purchase} * 104729 % 4501)`;
export const purchaseMinor = (purchase: string): string => `(${firstMinor(purchase)} + ${raiseMinor(purchase)})`;

/** Microseconds since the epoch: when the pth purchase was made. */
export function madeAtUs({ beganAtUs, stepUs }: Past, purchase: string): string {
  return `(${beganAtUs}::bigint + ${purchase} * ${2 * stepUs}::bigint)`;
}

export const CLEARING_US = `${CLEARING_DAYS * DAY_US}::bigint`;

export const timeOf = (us: string): string => `to_timestamp(${us} / 1e6::float8)`;

/** To the second, as the platform writes it. */
export const secondOf = (us: string): string => `to_timestamp(${us} / 1000000)`;

/** Purchases as rows of p, user_index and at_us, to select from. */
export function purchases(past: Past, from: number, to: number): string {
  return `(
    select p, p * ${past.stride}::bigint % ${past.purchases} % ${past.users} as user_index, ${madeAtUs(past, 'p')} as at_us
      from generate_series(${from}::bigint, ${to - 1}) p offset 0
  ) purchases`;
}

/** Those that were approved. */
export function approvedPurchases(past: Past, from: number, to: number): string {
  return `(select * from ${purchases(past, from, to)} where ${hasStanding('user_index', 'good')}) approved`;
}

/** The p of all purchases of one user. */
export function purchasesOf({ users, purchases: all, inverse }: Past, user: string): string {
  return `(
    select place * ${inverse}::bigint % ${all} as p from generate_series(${user}, ${all - 1}, ${users}::bigint) place offset 0
  ) own`;
}
