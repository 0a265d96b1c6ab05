import type { CardState, OwnerKind, OwnerState } from '@freeway/core';
import { isObject, readInstant, readText, readToken, type WireObject } from './read-member.ts';
import type { ElementCategory, WebhookElement } from './webhook-envelope.ts';

/** A change of state at the platform: of a card, or of a user or business. */
export type Transition = CardTransition | OwnerTransition;

export interface CardTransition extends TransitionCore {
  readonly subject: 'card';
  readonly state: CardState;
}

export interface OwnerTransition extends TransitionCore {
  readonly subject: OwnerKind;
  readonly state: OwnerState;
}

interface TransitionCore {
  /** Of the card, user or business. */
  readonly token: string;
  /** Milliseconds since the epoch: transitions apply in the order of their own times. */
  readonly createdAtMs: number;
  /** Of the transition itself; absent where it names none. */
  readonly transitionToken?: string;
}

const CARD_STATES: ReadonlyMap<string, CardState> = new Map([
  ['UNACTIVATED', 'unactivated'],
  ['ACTIVE', 'active'],
  ['SUSPENDED', 'suspended'],
  ['TERMINATED', 'terminated'],
]);

const OWNER_STATES: ReadonlyMap<string, OwnerState> = new Map([
  ['UNVERIFIED', 'unverified'],
  ['LIMITED', 'limited'],
  ['ACTIVE', 'active'],
  ['SUSPENDED', 'suspended'],
  ['CLOSED', 'closed'],
]);

const SUBJECTS: Readonly<Partial<Record<ElementCategory, Transition['subject']>>> = {
  card_transition: 'card',
  user_transition: 'user',
  business_transition: 'business',
};

/**
 * The change of state that an element tells of, or undefined when it tells of none: events of fulfilment (a card that is
 * printed or shipped repeats its state without changing it), states that are not published, elements about something else.
 */
export function decodeTransition(
  { category, value }: WebhookElement,
  { receivedAtMs }: { readonly receivedAtMs: number },
): Transition | undefined {
  const subject = SUBJECTS[category];
  if (subject === undefined || !isObject(value)) return undefined;
  const token = readToken(value[`${subject}_token`]);
  if (token === undefined || token === null) return undefined;
  const transitionToken = readToken(value['token']);
  const core = {
    token,
    createdAtMs: readInstant(value['created_time']) ?? readInstant(value['created_timestamp']) ?? receivedAtMs,
    ...(typeof transitionToken === 'string' ? { transitionToken } : {}),
  };
  if (subject === 'card') {
    const state = isFulfilment(value) ? undefined : CARD_STATES.get(stateOf(value));
    return state === undefined ? undefined : { subject, state, ...core };
  }
  const state = OWNER_STATES.get(stateOf(value));
  return state === undefined ? undefined : { subject, state, ...core };
}

function isFulfilment(value: WireObject): boolean {
  return readText(value['type'])?.startsWith('fulfillment.') === true;
}

/** Cards have a `state`, users and businesses a `status`. */
function stateOf(value: WireObject): string {
  return (readText(value['state']) ?? readText(value['status']) ?? '').toUpperCase();
}
