// Who sent a webhook: the HMAC of the very bytes that came, under either algorithm, either secret, in either notation.
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createSignatureCheck, SIGNATURE_ALGORITHMS, type SignatureAlgorithm } from '../src/index.ts';

const SECRET = 'Quay-Lane-7-secret-0123';
const NEXT = 'Quay-Lane-8-secret-4567';
const BODY = Buffer.from(
  String.raw`{"transactions":[{"type":"authorization","token":"t-1","state":"PENDING","amount":10.50,"merchant":"Caf\u00e9 Größe"}]}`,
);

/** Computed once, with another program, over exactly that body. */
const SHA_1_HEX = '818cc82ea82d6d4aed57f46c2165551fdfa51949';
const SHA_1_BASE64 = 'gYzILqgtbUrtV/RsIWVVH9+lGUk=';
const SHA_256_HEX = 'd0503cea1b8c306b50d6f2b0afdd1f4e1eaeb2a652e28b69c7f0bb79f7d6c41f';
const SHA_256_BASE64 = '0FA86huMMGtQ1vKwr90fTh6usqZS4otpx/C7effWxB8=';

const both = createSignatureCheck({ secrets: [SECRET], algorithms: SIGNATURE_ALGORITHMS });
const only = (...algorithms: SignatureAlgorithm[]) => createSignatureCheck({ secrets: [SECRET], algorithms });

describe('the signature of a webhook', () => {
  it.each([
    ['SHA-1 in hexadecimal', SHA_1_HEX],
    ['SHA-1 in capital hexadecimal', SHA_1_HEX.toUpperCase()],
    ['SHA-1 in base64', SHA_1_BASE64],
    ['SHA-256 in hexadecimal', SHA_256_HEX],
    ['SHA-256 in capital hexadecimal', SHA_256_HEX.toUpperCase()],
    ['SHA-256 in base64', SHA_256_BASE64],
    ['SHA-256 in base64 without padding', SHA_256_BASE64.replace('=', '')],
  ])('%s is accepted', (_, header) => {
    expect(both(BODY, header)).toBe(true);
  });

  it.each([
    // RFC 2202, HMAC-SHA-1, and RFC 4231, HMAC-SHA-256: test case 2 of each
    ['HMAC_SHA_1', 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79'],
    ['HMAC_SHA_256', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
  ] as const)('%s agrees with its standard', (algorithm, header) => {
    const check = createSignatureCheck({ secrets: ['Jefe'], algorithms: [algorithm] });
    expect(check(Buffer.from('what do ya want for nothing?'), header)).toBe(true);
  });

  it('an algorithm that is switched off is refused, the other one accepted', () => {
    expect(only('HMAC_SHA_256')(BODY, SHA_1_HEX)).toBe(false);
    expect(only('HMAC_SHA_256')(BODY, SHA_256_HEX)).toBe(true);
    expect(only('HMAC_SHA_1')(BODY, SHA_256_BASE64)).toBe(false);
    expect(only('HMAC_SHA_1')(BODY, SHA_1_BASE64)).toBe(true);
  });

  it('two secrets while one replaces the other', () => {
    const changing = createSignatureCheck({ secrets: [SECRET, NEXT], algorithms: SIGNATURE_ALGORITHMS });
    const byNext = createHmac('sha256', NEXT).update(BODY).digest('hex');
    expect(changing(BODY, SHA_256_HEX)).toBe(true);
    expect(changing(BODY, byNext)).toBe(true);
    expect(both(BODY, byNext)).toBe(false);
  });

  it('any byte that changed is found', () => {
    for (let index = 0; index < BODY.length; index += 1) {
      const changed = Buffer.from(BODY);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(both(changed, SHA_256_HEX), `byte ${index}`).toBe(false);
      expect(both(changed, SHA_1_HEX), `byte ${index}`).toBe(false);
    }
  });

  it('a body that was parsed and written again is another one', () => {
    const written = Buffer.from(JSON.stringify(JSON.parse(BODY.toString())));
    expect(JSON.parse(written.toString())).toEqual(JSON.parse(BODY.toString()));
    expect(both(written, SHA_256_HEX)).toBe(false);
  });

  it.each<readonly [string, string | string[] | undefined]>([
    ['no header', undefined],
    ['an empty one', ''],
    ['several', [SHA_256_HEX, SHA_256_HEX]],
    ['several in one', `${SHA_256_HEX}, ${SHA_256_HEX}`],
    ['a digest that is cut off', SHA_256_HEX.slice(0, -1)],
    ['a digest and more', `${SHA_256_HEX}00`],
    ['a digest with its algorithm before it', `sha256=${SHA_256_HEX}`],
    ['another digest', SHA_256_HEX.replace('d', 'e')],
    ['another digest in base64', SHA_256_BASE64.replace('0', '1')],
    ['the secret', SECRET],
    ['hexadecimal with a foreign character', SHA_256_HEX.replace('d', 'g')],
    ['the bare digest as characters', Buffer.from(SHA_1_HEX, 'hex').toString('latin1')],
  ])('%s is refused', (_, header) => {
    expect(both(BODY, header)).toBe(false);
  });

  it('an unsigned body is refused, also an empty one', () => {
    expect(both(new Uint8Array(), undefined)).toBe(false);
    expect(both(new Uint8Array(), createHmac('sha1', SECRET).digest('hex'))).toBe(true);
  });
});
