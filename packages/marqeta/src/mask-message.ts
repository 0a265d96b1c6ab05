import { KEPT_MEMBERS, type Kept } from './kept-members.ts';

const MASK = '***';
const MAX_KEPT_LENGTH = 255;

/** Names the wire would use. Anything else may be data in a name's place. */
const MEMBER_NAME = /^[a-z][a-z0-9_]{0,63}$/i;
const SHORTEST_PAN = 12;
const DIGIT_RUN = /\d{12,}/g;
/** Card numbers as people write them, 4-4-4-n and 4-6-5. No UUID matches: its last group is too long. */
const PRINTED_PAN = /\b(?:\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ -])\d{6}\2\d{5})\b/g;

/**
 * A copy of a wire message for logs and archives. Members not listed in KEPT_MEMBERS become `***`, whole: what is in
 * them cannot leak, nor can what the platform adds later. What is kept loses every digit run that could be a card
 * number (12 digits or more that pass Luhn), in names too.
 */
export function maskMessage(value: unknown): unknown {
  return mask(value, KEPT_MEMBERS, true);
}

/** `isListAllowed`: arrays are seen through once, so that depth is bounded by our shape and not by the sender's. */
function mask(value: unknown, kept: Kept | undefined, isListAllowed: boolean): unknown {
  if (value === null || value === undefined) return value;
  if (kept === undefined) return MASK;
  if (Array.isArray(value)) return isListAllowed ? value.map((item) => mask(item, kept, false)) : MASK;
  if (kept === 'keep') return maskLeaf(value);
  return typeof value === 'object' ? maskMembers(value, kept) : MASK;
}

function maskMembers(value: object, kept: { readonly [member: string]: Kept }): unknown {
  // No name that is assigned here starts with an underscore: `__proto__` is masked like any other odd name.
  const masked: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    if (Object.hasOwn(kept, name)) masked[name] = mask(member, kept[name], true);
    else if (MEMBER_NAME.test(name)) masked[maskDigits(name)] = mask(member, kept['*'], true);
    else masked[MASK] = MASK;
  }
  return masked;
}

function maskLeaf(value: unknown): unknown {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return maskDigits(String(value)) === String(value) ? value : MASK;
  return typeof value === 'string' ? maskDigits(value.slice(0, MAX_KEPT_LENGTH)) : MASK;
}

function maskDigits(text: string): string {
  if (text.length < SHORTEST_PAN) return text;
  return text.replace(DIGIT_RUN, maskCardNumber).replace(PRINTED_PAN, maskCardNumber);
}

function maskCardNumber(digits: string): string {
  return passesLuhn(digits) ? MASK : digits;
}

/** The check digit of card numbers (ISO/IEC 7812-1), over the digits of a text that may hold separators. */
function passesLuhn(text: string): boolean {
  const digits = text.replace(/\D/g, '');
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 0x30;
    const doubled = index % 2 === 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
