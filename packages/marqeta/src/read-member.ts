/** A JSON object as parsed: anything may be in it. */
export type WireObject = { readonly [member: string]: unknown };

/** For objects whose optional members are filled in one by one. */
export type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Documented tokens have at most 36 characters (PROTOCOL 3.3); we are generous, but what we store and index is bounded. */
const MAX_TOKEN_LENGTH = 255;
const MAX_TEXT_LENGTH = 255;

/** ISO 8601 with seconds; PROTOCOL 3.3: UTC, so a missing zone means UTC and not this machine's. */
const INSTANT = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?)(?:Z|([+-]\d\d):?(\d\d))?$/;

export function isObject(value: unknown): value is WireObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A token as we use it: trimmed, since texts arrive blank-padded; a number that lost its quotes counts as its text.
 * Undefined: absent, null or blank. Null: present, and not usable as a key: another type, too long, or with
 * characters that PostgreSQL's text cannot hold (NUL, lone surrogates). The two differ, for what is absent may be
 * looked for elsewhere, but an unreadable payer must not become another payer.
 */
export function readToken(value: unknown): string | null | undefined {
  if (value === undefined || value === null) return undefined;
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text !== 'string') return null;
  const token = text.trim();
  if (token === '') return undefined;
  return token.length <= MAX_TOKEN_LENGTH && isStorable(token) ? token : null;
}

/** A token exactly as it came, to be sent back; undefined when there is no text to echo. */
export function readEcho(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim() === '' ? undefined : value;
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : undefined;
}

/** Free text: trimmed, cut to 255 characters, cleaned of what PostgreSQL's text cannot hold; undefined when blank. */
export function readText(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.trim().slice(0, MAX_TEXT_LENGTH);
  if (text === '') return undefined;
  return isStorable(text) ? text : text.replaceAll('\u0000', '').toWellFormed() || undefined;
}

/** Flags are booleans; Transaction Model v1 has some as text (PROTOCOL 3.5). */
export function readFlag(value: unknown): boolean {
  return value === true || value === 'true' || value === '1';
}

/** A flag where it matters whether it was sent at all. */
export function readSentFlag(value: unknown): boolean | undefined {
  if (readFlag(value)) return true;
  return value === false || value === 'false' || value === '0' ? false : undefined;
}

/** A reference or code: text, or a number that lost its quotes. */
export function readReference(value: unknown): string | undefined {
  return readToken(value) ?? undefined;
}

/** A whole number from 1 to `max`, as a number or as text with zeros before it (`"02"`). */
export function readCount(value: unknown, max: number): number | undefined {
  const text = readReference(value);
  if (text === undefined || !/^\d{1,9}$/.test(text)) return undefined;
  const count = Number(text);
  return count >= 1 && count <= max ? count : undefined;
}

const FIRST_INSTANT_MS = Date.UTC(1900, 0, 1);
const LAST_INSTANT_MS = Date.UTC(9000, 0, 1);

/**
 * Milliseconds since the epoch, or undefined when the value is no instant, or one so far away (`9999-12-31` for "never")
 * that a time zone or a window would carry it out of what stores can hold.
 */
export function readInstant(value: unknown): number | undefined {
  const match = typeof value === 'string' ? INSTANT.exec(value.trim()) : null;
  if (match === null) return undefined;
  const [, local = '', hours, minutes] = match;
  const ms = Date.parse(hours === undefined ? `${local}Z` : `${local}${hours}:${minutes}`);
  return ms >= FIRST_INSTANT_MS && ms < LAST_INSTANT_MS ? ms : undefined;
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\u0000');
}
