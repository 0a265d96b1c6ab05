import type { SETTINGS } from './settings.ts';
import type { ValueOf } from './setting.ts';

type Name = keyof typeof SETTINGS;
type Values<N extends Name> = { readonly [Key in N]: ValueOf<(typeof SETTINGS)[Key]> };

/** Something that must hold between settings which are each well formed. The fault is filed under the first name. */
export interface SettingRelation {
  readonly names: readonly [Name, ...Name[]];
  readonly holds: (values: Readonly<Record<string, unknown>>) => boolean;
  readonly fault: string;
}

function relation<const N extends Name>(
  names: readonly [N, ...N[]],
  fault: string,
  holds: (values: Values<N>) => boolean,
): SettingRelation {
  return { names, fault, holds: (values) => holds(values as Values<N>) };
}

/** Marqeta waits 5 s; a second goes to an answer that PostgreSQL does not give, half of one to the way. */
const LONGEST_KEEPING_MS = 3500;

/** Checked only where the process reads every setting named and each is well formed. */
export const SETTING_RELATIONS: readonly SettingRelation[] = [
  relation(
    ['JIT_BASIC_AUTH_USERNAME_NEXT', 'JIT_BASIC_AUTH_PASSWORD_NEXT'],
    'must be set together with JIT_BASIC_AUTH_PASSWORD_NEXT, or neither',
    (s) => (s.JIT_BASIC_AUTH_USERNAME_NEXT === undefined) === (s.JIT_BASIC_AUTH_PASSWORD_NEXT === undefined),
  ),
  relation(
    ['JIT_HEADER_NAME', 'JIT_HEADER_VALUE'],
    'must be set together with JIT_HEADER_VALUE, or neither',
    (s) => (s.JIT_HEADER_NAME === undefined) === (s.JIT_HEADER_VALUE === undefined),
  ),
  relation(
    ['WEBHOOK_BASIC_AUTH_USERNAME_NEXT', 'WEBHOOK_BASIC_AUTH_PASSWORD_NEXT'],
    'must be set together with WEBHOOK_BASIC_AUTH_PASSWORD_NEXT, or neither',
    (s) => (s.WEBHOOK_BASIC_AUTH_USERNAME_NEXT === undefined) === (s.WEBHOOK_BASIC_AUTH_PASSWORD_NEXT === undefined),
  ),
  relation(
    ['WEBHOOK_HEADER_NAME', 'WEBHOOK_HEADER_VALUE'],
    'must be set together with WEBHOOK_HEADER_VALUE, or neither',
    (s) => (s.WEBHOOK_HEADER_NAME === undefined) === (s.WEBHOOK_HEADER_VALUE === undefined),
  ),
  relation(
    ['WEBHOOK_SIGNATURE_SECRET_NEXT', 'WEBHOOK_SIGNATURE_SECRET'],
    'is of no use without WEBHOOK_SIGNATURE_SECRET',
    (s) => s.WEBHOOK_SIGNATURE_SECRET_NEXT === undefined || s.WEBHOOK_SIGNATURE_SECRET !== undefined,
  ),
  // PROTOCOL 10.1: an answer after 5 s is none, and the webhook comes again.
  relation(
    ['WEBHOOK_PUBLISH_TIMEOUT_MS', 'WEBHOOK_STORE_TIMEOUT_MS'],
    `must be at most ${LONGEST_KEEPING_MS} together with WEBHOOK_STORE_TIMEOUT_MS, or the answer comes too late`,
    (s) => s.WEBHOOK_PUBLISH_TIMEOUT_MS + s.WEBHOOK_STORE_TIMEOUT_MS <= LONGEST_KEEPING_MS,
  ),
  // money.md *deadline*: work that cannot meet it is not started, so a deadline of nothing would answer nobody.
  relation(
    ['NETWORK_ALLOWANCE_MS', 'MARQETA_TIMEOUT_MS'],
    'must be below MARQETA_TIMEOUT_MS, or no time is left to answer in',
    (s) => s.NETWORK_ALLOWANCE_MS < s.MARQETA_TIMEOUT_MS,
  ),
  // money.md *unloads*: original credits are off until enabled with a maximum.
  relation(
    ['ORIGINAL_CREDIT_MAX', 'ORIGINAL_CREDITS'],
    'is required while ORIGINAL_CREDITS is true',
    (s) => !s.ORIGINAL_CREDITS || s.ORIGINAL_CREDIT_MAX !== undefined,
  ),
  relation(
    ['CORE_API_URL', 'CORE_API_APPLICATION_TOKEN', 'CORE_API_ADMIN_TOKEN'],
    'must be set together with CORE_API_APPLICATION_TOKEN and CORE_API_ADMIN_TOKEN, or none of them',
    ({ CORE_API_URL: url, CORE_API_APPLICATION_TOKEN: application, CORE_API_ADMIN_TOKEN: admin }) =>
      new Set([url, application, admin].map((each) => each === undefined)).size === 1,
  ),
  relation(
    ['COMMIT_QUEUE_MAX', 'COMMIT_BATCH_MAX'],
    'must be at least COMMIT_BATCH_MAX',
    (s) => s.COMMIT_QUEUE_MAX >= s.COMMIT_BATCH_MAX,
  ),
  relation(
    ['MONGODB_POOL_MIN', 'MONGODB_POOL_MAX'],
    'must not be above MONGODB_POOL_MAX',
    (s) => s.MONGODB_POOL_MIN <= s.MONGODB_POOL_MAX,
  ),
  relation(
    ['SLOW_REQUEST_WARN_MS', 'SLOW_REQUEST_CRITICAL_MS'],
    'must be below SLOW_REQUEST_CRITICAL_MS',
    (s) => s.SLOW_REQUEST_WARN_MS < s.SLOW_REQUEST_CRITICAL_MS,
  ),
];
