// Who may call: Basic credentials, two pairs at once while they are rotated, and an extra header.
import { describe, expect, it } from 'vitest';
import { createCredentialCheck } from '../src/http/index.ts';

const basic = (username: string, password: string, scheme = 'Basic') =>
  `${scheme} ${Buffer.from(`${username}:${password}`).toString('base64')}`;

const USERNAME = 'platform';
const PASSWORD = 'Quay-Lane-7-is-closed-on-Sundays';
const AUTHORIZATION = basic(USERNAME, PASSWORD);
const NEXT = { username: 'platform-2', password: 'The-next-one-0123456789' };
const HEADER = { name: 'X-Programme-Key', value: 'harbour-wall-55-north' };

const plain = createCredentialCheck({ username: USERNAME, password: PASSWORD });
const rotating = createCredentialCheck({
  username: USERNAME,
  password: PASSWORD,
  usernameNext: NEXT.username,
  passwordNext: NEXT.password,
});
const guarded = createCredentialCheck({
  username: USERNAME,
  password: PASSWORD,
  headerName: HEADER.name,
  headerValue: HEADER.value,
});

describe('credentials', () => {
  it.each<readonly [string, Record<string, string | string[]>]>([
    ['no credentials', {}],
    ['empty credentials', { authorization: '' }],
    ['a wrong password', { authorization: basic(USERNAME, `${PASSWORD}!`) }],
    ['a wrong username', { authorization: basic('Platform', PASSWORD) }],
    ['the password alone', { authorization: basic('', PASSWORD) }],
    ['a prefix of the right value', { authorization: AUTHORIZATION.slice(0, -1) }],
    ['the right value and more', { authorization: `${AUTHORIZATION}x` }],
    ['the right value under another scheme', { authorization: AUTHORIZATION.replace('Basic', 'Bearer') }],
    ['the value without its scheme', { authorization: AUTHORIZATION.replace('Basic ', '') }],
    ['credentials that are not base64', { authorization: `Basic ${USERNAME}:${PASSWORD}` }],
    ['credentials of the rotation that nobody began', { authorization: basic(NEXT.username, NEXT.password) }],
    ['credentials in another header', { 'proxy-authorization': AUTHORIZATION }],
    ['several values', { authorization: [AUTHORIZATION, AUTHORIZATION] }],
  ])('%s: refused', (_, headers) => {
    expect(plain(headers)).toBe(false);
  });

  it('the right ones, whatever the case of the scheme', () => {
    expect(plain({ authorization: AUTHORIZATION })).toBe(true);
    expect(plain({ authorization: basic(USERNAME, PASSWORD, 'bAsIC') })).toBe(true);
  });

  it('both pairs while they are rotated, and no mixture of them', () => {
    expect(rotating({ authorization: AUTHORIZATION })).toBe(true);
    expect(rotating({ authorization: basic(NEXT.username, NEXT.password) })).toBe(true);
    expect(rotating({ authorization: basic(USERNAME, NEXT.password) })).toBe(false);
    expect(rotating({ authorization: basic(NEXT.username, PASSWORD) })).toBe(false);
  });

  it('half a pair or half a header asks for nothing more, and lets nothing more in', () => {
    const half = createCredentialCheck({
      username: USERNAME,
      password: PASSWORD,
      usernameNext: NEXT.username,
      headerName: HEADER.name,
    });
    expect(half({ authorization: AUTHORIZATION })).toBe(true);
    expect(half({ authorization: basic(NEXT.username, 'undefined') })).toBe(false);
  });

  it('the extra header where it is asked for, beside the credentials', () => {
    const authorization = AUTHORIZATION;
    expect(guarded({ authorization })).toBe(false);
    expect(guarded({ authorization, 'x-programme-key': HEADER.value })).toBe(true);
    expect(guarded({ authorization, 'x-programme-key': HEADER.value.toUpperCase() })).toBe(false);
    expect(guarded({ authorization, 'x-programme-key': '' })).toBe(false);
    expect(guarded({ authorization, 'x-programme-key': [HEADER.value] })).toBe(false);
    expect(guarded({ 'x-programme-key': HEADER.value })).toBe(false);
    expect(guarded({ authorization: basic('a', 'b'), 'x-programme-key': HEADER.value })).toBe(false);
  });
});
