import { MASK, maskCardNumbers } from './card-number.ts';
import { KEPT_MEMBERS, type Kept } from './kept-members.ts';

const MAX_KEPT_LENGTH = 255;

/** Names the wire would use. Anything else may be data in a name's place. */
const MEMBER_NAME = /^[a-z][a-z0-9_]{0,63}$/i;

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
    else if (MEMBER_NAME.test(name)) masked[maskCardNumbers(name)] = mask(member, kept['*'], true);
    else masked[MASK] = MASK;
  }
  return masked;
}

function maskLeaf(value: unknown): unknown {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return maskCardNumbers(String(value)) === String(value) ? value : MASK;
  return typeof value === 'string' ? maskCardNumbers(value.slice(0, MAX_KEPT_LENGTH)) : MASK;
}
