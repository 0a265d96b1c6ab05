import { digestOf } from './fingerprint.ts';
import { isObject, readToken, type WireObject } from './read-member.ts';
import { recordTypeOf } from './record-types.ts';
import { elementTexts, isArrayAt, skipSpace, visitMembers } from './scan-json.ts';

/** What an element is about, as far as we act on it; `other` is kept as it came. */
export type ElementCategory =
  'transaction' | 'card_transition' | 'user_transition' | 'business_transition' | 'ping' | 'other';

/** One notification of a webhook. */
export interface WebhookElement {
  /** The envelope's key as sent; `event` for an object that came without an envelope. */
  readonly key: string;
  readonly category: ElementCategory;
  /** JSON of the element exactly as sent. */
  readonly text: string;
  readonly value: unknown;
}

/** `detail` holds nothing of the body: it may be logged and sent back. */
export interface EnvelopeFault {
  readonly code: 'not_json' | 'not_an_object';
  readonly detail: string;
}

export type ReadEnvelope =
  | { readonly ok: true; readonly elements: readonly WebhookElement[] }
  | { readonly ok: false; readonly fault: EnvelopeFault };

/** PROTOCOL 10.3. Where sources disagree about a key, both are accepted. */
const CATEGORIES: ReadonlyMap<string, ElementCategory> = new Map([
  ['transactions', 'transaction'],
  ['cards', 'card_transition'],
  ['cardtransitions', 'card_transition'],
  ['users', 'user_transition'],
  ['usertransitions', 'user_transition'],
  ['businesses', 'business_transition'],
  ['businesstransitions', 'business_transition'],
  ['pings', 'ping'],
  ['digitalwallettokentransitions', 'other'],
  ['chargebacktransitions', 'other'],
  ['threedstransitions', 'other'],
  ['commandomodetransitions', 'other'],
]);

const BARE_KEY = 'event';

/**
 * Takes a webhook's body apart (PROTOCOL 10.1, 10.3): every element of every list, under known and unknown keys alike, so
 * that nothing that was sent is dropped. Never throws on any text. An object that came without an envelope, as resent events
 * do, is one element.
 */
export function readEnvelope(text: string): ReadEnvelope {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, fault: { code: 'not_json', detail: 'The body is not JSON.' } };
  }
  if (!isObject(value))
    return { ok: false, fault: { code: 'not_an_object', detail: 'The body is not a JSON object.' } };
  if (isBare(value)) return { ok: true, elements: [bareElement(text.trim(), value)] };
  const elements: WebhookElement[] = [];
  visitMembers(text, skipSpace(text, 0), (nameFrom, nameEnd, valueFrom) => {
    if (!isArrayAt(text, valueFrom)) return;
    const key = JSON.parse(text.slice(nameFrom, nameEnd)) as string;
    const category = CATEGORIES.get(key) ?? 'other';
    for (const each of elementTexts(text, valueFrom))
      elements.push({ key, category, text: each, value: JSON.parse(each) });
  });
  return { ok: true, elements };
}

/** An envelope has a list under a known key, or has lists and no token of its own. `{}` has nothing to keep. */
function isBare(value: WireObject): boolean {
  const lists = Object.entries(value).filter(([, member]) => Array.isArray(member));
  if (lists.some(([key]) => CATEGORIES.has(key))) return false;
  if (readToken(value['token']) !== undefined) return true;
  return lists.length === 0 && Object.keys(value).length > 0;
}

/** A transaction is one wherever it stands: its type is published, and it has a state. */
function bareElement(text: string, value: WireObject): WebhookElement {
  const { type, state } = value;
  const isRecord = typeof type === 'string' && recordTypeOf(type) !== undefined && typeof state === 'string';
  return isRecord
    ? { key: 'transactions', category: 'transaction', text, value }
    : { key: BARE_KEY, category: 'other', text, value };
}

const LONGEST_KEY = 300;

/**
 * Equal for the same notification however often it comes (PROTOCOL 6): what it is about, its token, state and type, since
 * transitions come again under one token. Keys that stand for one thing count as one.
 */
export function elementKey({ key, category, text, value }: WebhookElement): string {
  const members = isObject(value) ? value : {};
  const token = readToken(members['token']) ?? `sha256:${digestOf(text)}`;
  const state = readToken(members['state']) ?? readToken(members['status']) ?? '';
  const type = readToken(members['type']) ?? '';
  const whole = JSON.stringify([category === 'other' ? key : category, token, state, type]);
  return whole.length <= LONGEST_KEY ? whole : `sha256:${digestOf(whole)}`;
}
