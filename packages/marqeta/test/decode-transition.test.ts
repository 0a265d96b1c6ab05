import { describe, expect, test } from 'vitest';
import { decodeTransition } from '../src/decode-transition.ts';
import { readEnvelope } from '../src/webhook-envelope.ts';

const RECEIVED_AT_MS = Date.UTC(2030, 0, 1);

function transition(key: string, element: unknown) {
  const result = readEnvelope(JSON.stringify({ [key]: [element] }));
  const first = result.ok ? result.elements[0] : undefined;
  if (first === undefined) throw new Error('no element');
  return decodeTransition(first, { receivedAtMs: RECEIVED_AT_MS });
}

const card = (changes = {}) => ({
  token: 'transition-1',
  card_token: 'card-1',
  user_token: 'user-1',
  state: 'SUSPENDED',
  type: 'state.suspended',
  created_time: '2026-03-04T05:06:07Z',
  ...changes,
});

describe('cards', () => {
  test.each(['cards', 'cardtransitions'])('under %s', (key) => {
    expect(transition(key, card())).toEqual({
      subject: 'card',
      token: 'card-1',
      state: 'suspended',
      createdAtMs: Date.UTC(2026, 2, 4, 5, 6, 7),
      transitionToken: 'transition-1',
    });
  });

  test.each([
    ['UNACTIVATED', 'unactivated'],
    ['ACTIVE', 'active'],
    ['SUSPENDED', 'suspended'],
    ['terminated', 'terminated'],
  ])('%s is %s', (state, expected) => {
    expect(transition('cards', card({ state, type: undefined }))?.state).toBe(expected);
  });

  test('a card that is printed, shipped or shown changes no state', () => {
    for (const type of ['fulfillment.issued', 'fulfillment.shipped', 'fulfillment.digitally_presented'])
      expect(transition('cards', card({ type, state: 'UNACTIVATED' }))).toBeUndefined();
  });

  test('a state that is not published, or a card that is not named, is none', () => {
    expect(transition('cards', card({ state: 'LIMITED' }))).toBeUndefined();
    expect(transition('cards', card({ state: undefined }))).toBeUndefined();
    expect(transition('cards', card({ card_token: undefined }))).toBeUndefined();
    expect(transition('cards', card({ card_token: 'x'.repeat(300) }))).toBeUndefined();
    expect(transition('cards', 'x')).toBeUndefined();
  });
});

describe('users and businesses', () => {
  test.each([
    ['users', 'user', 'user_token'],
    ['usertransitions', 'user', 'user_token'],
    ['businesses', 'business', 'business_token'],
    ['businesstransitions', 'business', 'business_token'],
  ])('under %s', (key, subject, member) => {
    const element = {
      token: 'transition-2',
      [member]: 'owner-1',
      status: 'CLOSED',
      created_time: '2026-03-04T05:06:07Z',
    };
    expect(transition(key, element)).toEqual({
      subject,
      token: 'owner-1',
      state: 'closed',
      createdAtMs: Date.UTC(2026, 2, 4, 5, 6, 7),
      transitionToken: 'transition-2',
    });
  });

  test.each([
    ['UNVERIFIED', 'unverified'],
    ['LIMITED', 'limited'],
    ['ACTIVE', 'active'],
    ['SUSPENDED', 'suspended'],
    ['CLOSED', 'closed'],
    ['TERMINATED', undefined],
  ])('%s is %s', (status, expected) => {
    expect(transition('usertransitions', { user_token: 'u', status })?.state).toBe(expected);
  });

  test('our clock only where the transition names no time', () => {
    const element = { user_token: 'u', status: 'ACTIVE' };
    expect(transition('users', element)).toEqual({
      subject: 'user',
      token: 'u',
      state: 'active',
      createdAtMs: RECEIVED_AT_MS,
    });
    const stamped = { ...element, created_timestamp: '2026-03-04T05:06:07Z' };
    expect(transition('users', stamped)?.createdAtMs).toBe(Date.UTC(2026, 2, 4, 5, 6, 7));
  });
});

test('elements about something else are none', () => {
  for (const key of ['transactions', 'pings', 'digitalwallettokentransitions', 'new'])
    expect(transition(key, card())).toBeUndefined();
});
