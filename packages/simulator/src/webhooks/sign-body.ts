import { createHmac } from 'node:crypto';

/** How a webhook's body is signed (PROTOCOL section 10.2): the header carries the HMAC of the bytes as sent. */
export interface SigningKey {
  readonly secret: string;
  readonly algorithm: 'HMAC_SHA_1' | 'HMAC_SHA_256';
  /** Hexadecimal in the official sample; one implementer has met base64. */
  readonly encoding?: 'hex' | 'base64';
}

export function signatureHeader(
  body: string,
  { secret, algorithm, encoding = 'hex' }: SigningKey,
): Record<string, string> {
  const hash = algorithm === 'HMAC_SHA_1' ? 'sha1' : 'sha256';
  return { 'x-marqeta-signature': createHmac(hash, secret).update(body, 'utf8').digest(encoding) };
}
