import type { FactKind } from '@freeway/core';

/**
 * What a shared cache holds under the key of a fact, or undefined: a cache may hold anything, and what has not the shape
 * of its kind is a miss. Whether it is also true, the commit finds out by its version.
 */
export function readFact(kind: FactKind, text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) && SHAPES[kind](value) ? value : undefined;
  } catch {
    return undefined;
  }
}

type Members = { readonly [name: string]: unknown };

const SHAPES: Readonly<Record<FactKind, (fact: Members) => boolean>> = {
  owner: (fact) =>
    isOwnerRef(fact) &&
    isText(fact['state']) &&
    typeof fact['blocked'] === 'boolean' &&
    isListOf(isText, fact['blockedCategories']) &&
    isListOf(isAccount, fact['accounts']) &&
    isListOf(isLimit, fact['limits']) &&
    isVersion(fact['version']),
  card: (fact) =>
    isText(fact['token']) &&
    optional(isOwnerRef, fact['owner']) &&
    isText(fact['state']) &&
    optional(isText, fact['block']) &&
    optional(isNumber, fact['expiresAtMs']) &&
    isListOf(isText, fact['blockedCategories']) &&
    isListOf(isLimit, fact['limits']) &&
    isVersion(fact['version']),
  chain: (fact) =>
    isText(fact['chainToken']) &&
    isAccountId(fact['accountId']) &&
    isOwnerRef(fact['owner']) &&
    isNumber(fact['countedAtMs']),
};

function isAccount(value: unknown): boolean {
  return isObject(value) && isAccountId(value['accountId']) && isText(value['currency']) && isText(value['state']);
}

function isLimit(value: unknown): boolean {
  return (
    isObject(value) &&
    Number.isSafeInteger(value['limitId']) &&
    isText(value['token']) &&
    isObject(value['subject']) &&
    isText(value['subject']['kind']) &&
    isText(value['subject']['token']) &&
    isText(value['currency']) &&
    isText(value['window']) &&
    optional(isMinorUnits, value['maxAmountMinor']) &&
    optional(isNumber, value['maxCount'])
  );
}

function isOwnerRef(value: unknown): boolean {
  return isObject(value) && isText(value['kind']) && isText(value['token']);
}

function isVersion(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function isAccountId(value: unknown): boolean {
  return typeof value === 'string' && /^[1-9]\d{0,17}$/.test(value);
}

function isMinorUnits(value: unknown): boolean {
  return typeof value === 'string' && /^\d{1,18}$/.test(value);
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null;
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number';
}

function isListOf(is: (value: unknown) => boolean, value: unknown): boolean {
  return Array.isArray(value) && value.every(is);
}

function optional(is: (value: unknown) => boolean, value: unknown): boolean {
  return value === undefined || is(value);
}
