import { exponentOf, type OwnerRef, parseAmount } from '@freeway/core';

type Kind = 'text' | 'flag' | 'count' | 'texts' | 'object';

export interface Member {
  readonly kind: Kind;
  readonly required?: true;
  readonly nullable?: true;
  readonly choices?: readonly string[];
}

/** The members of one record, checked one by one; every fault is kept, so that one look at a line mends it. */
export interface Members {
  text(name: string): string | undefined;
  flag(name: string): boolean | undefined;
  count(name: string): number | undefined;
  texts(name: string): readonly string[] | undefined;
  object(name: string): object | undefined;
  isNull(name: string): boolean;
  /** The member as a token; '' after a fault. */
  token(name: string): string;
  /** Decimal text in major units as minor units in text. */
  amount(name: string, currency: string): string | undefined;
  /** Seconds or milliseconds, with a zone, as `2026-12-01T00:00:00Z`. */
  instant(name: string): string | undefined;
  /** The one of `user` and `business` that is there. */
  owner(need: 'required' | 'optional'): OwnerRef | undefined;
  fault(message: string): void;
  /** All faults in one text; undefined when there is none. */
  faults(): string | undefined;
}

const WANTED: Readonly<Record<Kind, string>> = {
  text: 'a text',
  flag: 'true or false',
  count: 'a whole number from 0 to 1000000000',
  texts: 'a list of texts',
  object: 'an object',
};

export function readMembers(record: object, known: Readonly<Record<string, Member>>): Members {
  const values = new Map<string, unknown>();
  const nulls = new Set<string>();
  const faults: string[] = [];
  for (const [name, value] of Object.entries(record)) {
    const member = Object.hasOwn(known, name) ? known[name] : undefined;
    if (member === undefined) {
      // `type` chose the list of members.
      if (name !== 'type') faults.push(`unknown member ${quote(name)}`);
    } else if (value === null && member.nullable) nulls.add(name);
    else if (value !== undefined) keep(name, value, member);
  }
  for (const [name, member] of Object.entries(known)) {
    if (member.required && !Object.hasOwn(record, name)) faults.push(`${name} is missing`);
  }

  function keep(name: string, value: unknown, member: Member): void {
    if (!isOfKind(value, member.kind)) faults.push(`${name} must be ${WANTED[member.kind]}`);
    else if (member.choices !== undefined && !member.choices.includes(value as string))
      faults.push(`${name} must be one of ${member.choices.join(', ')}, not ${quote(String(value))}`);
    else values.set(name, value);
  }

  const members: Members = {
    text: (name) => values.get(name) as string | undefined,
    flag: (name) => values.get(name) as boolean | undefined,
    count: (name) => values.get(name) as number | undefined,
    texts: (name) => values.get(name) as readonly string[] | undefined,
    object: (name) => values.get(name) as object | undefined,
    isNull: (name) => nulls.has(name),
    token(name) {
      const token = members.text(name);
      if (token === undefined) return '';
      if (!isToken(token)) faults.push(`${name} ${quote(token)} is not a token: ${TOKEN_FORM}`);
      return token;
    },
    amount(name, currency) {
      const text = members.text(name);
      if (text === undefined || exponentOf(currency) === undefined) return undefined;
      const amount = readAmount(name, text, currency);
      if (amount.ok) return amount.amountMinor.toString();
      faults.push(amount.message);
      return undefined;
    },
    instant(name) {
      const text = members.text(name);
      if (text === undefined) return undefined;
      const valid =
        /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text));
      if (!valid) faults.push(`${name} must be a time such as 2026-12-01T00:00:00Z, not ${quote(text)}`);
      return valid ? new Date(text).toISOString() : undefined;
    },
    owner(need) {
      const named = (['user', 'business'] as const).filter((kind) => values.has(kind));
      if (named.length > 1) faults.push('user and business exclude each other');
      if (named.length === 0 && need === 'required') faults.push('user or business is missing');
      const kind = named[0];
      return kind === undefined ? undefined : { kind, token: members.token(kind) };
    },
    fault: (message) => void faults.push(message),
    faults: () => (faults.length === 0 ? undefined : faults.join('; ')),
  };
  return members;
}

export type AmountRead =
  { readonly ok: true; readonly amountMinor: bigint } | { readonly ok: false; readonly message: string };

/** core's `parseAmount` with a sentence for a person. */
export function readAmount(name: string, text: string, currency: string): AmountRead {
  const parsed = parseAmount(text, currency);
  if (parsed.ok) return parsed;
  const sentences = {
    malformed: `${name} ${quote(text)} is not a decimal number`,
    negative: `${name} ${quote(text)} is negative`,
    too_large: `${name} ${quote(text)} is too large: 15 digits of minor units are the most`,
    too_many_decimals: `${name} ${quote(text)} has more decimals than ${currency} (${exponentOf(currency)})`,
    unknown_currency: `currency ${quote(currency)} is not one of ISO 4217`,
  };
  return { ok: false, message: sentences[parsed.fault] };
}

/** The currency member, with its fault where ISO 4217 does not know it. */
export function readCurrency(members: Members): string {
  const currency = members.text('currency') ?? '';
  if (currency !== '' && exponentOf(currency) === undefined)
    members.fault(`currency ${quote(currency)} is not one of ISO 4217`);
  return currency;
}

const TOKEN_FORM = '1 to 255 characters without blanks at either end and without control characters';

export function isToken(text: string): boolean {
  return text.length > 0 && text.length <= 255 && text === text.trim() && text.isWellFormed() && !/\p{Cc}/u.test(text);
}

/** Four-digit category codes, sorted and once each, so that equal sets are equal rows. */
export function readCategories(members: Members): readonly string[] | undefined {
  const codes = members.texts('blocked_categories');
  const faulty = codes?.find((code) => !/^\d{4}$/.test(code));
  if (faulty !== undefined) members.fault(`blocked_categories: ${quote(faulty)} is not a four-digit category code`);
  return codes === undefined ? undefined : [...new Set(codes)].toSorted();
}

/** What came in, bounded: a faulty file must not flood a terminal. */
function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);
}

function isOfKind(value: unknown, kind: Kind): boolean {
  switch (kind) {
    case 'text':
      return typeof value === 'string';
    case 'flag':
      return typeof value === 'boolean';
    case 'count':
      return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 1_000_000_000;
    case 'texts':
      return Array.isArray(value) && value.every((one) => typeof one === 'string');
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
  }
}
