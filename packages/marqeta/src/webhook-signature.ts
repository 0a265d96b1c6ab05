import { createHmac, timingSafeEqual } from 'node:crypto';

/** As `config.signature_algorithm` of a webhook names them (PROTOCOL 10.2). */
export const SIGNATURE_ALGORITHMS = ['HMAC_SHA_1', 'HMAC_SHA_256'] as const;
export type SignatureAlgorithm = (typeof SIGNATURE_ALGORITHMS)[number];

/** In the lower case that Node gives headers. */
export const SIGNATURE_HEADER = 'x-marqeta-signature';

const HASHES: Readonly<Record<SignatureAlgorithm, { readonly name: string; readonly bytes: number }>> = {
  HMAC_SHA_1: { name: 'sha1', bytes: 20 },
  HMAC_SHA_256: { name: 'sha256', bytes: 32 },
};

export interface SignatureOptions {
  /** `config.secret` of the webhook: one, or two while it is being changed. */
  readonly secrets: readonly string[];
  /** Both during a switch: the platform may use either for up to two weeks. */
  readonly algorithms: readonly SignatureAlgorithm[];
}

/** Whether the header's value signs these very bytes. */
export type SignatureCheck = (rawBody: Uint8Array, header: string | readonly string[] | undefined) => boolean;

/**
 * Checks `X-Marqeta-Signature` over the body as it was received: JSON that was parsed and written again is another
 * text. Hexadecimal and base64 are accepted. In constant time: every secret is tried, whichever fits.
 */
export function createSignatureCheck({ secrets, algorithms }: SignatureOptions): SignatureCheck {
  return (rawBody, header) => {
    if (typeof header !== 'string') return false;
    let matches = 0;
    for (const algorithm of algorithms) {
      const { name, bytes } = HASHES[algorithm];
      const given = readDigest(header, bytes);
      if (given === undefined) continue;
      for (const secret of secrets) {
        const expected = createHmac(name, secret).update(rawBody).digest();
        matches += timingSafeEqual(given, expected) ? 1 : 0;
      }
    }
    return matches > 0;
  };
}

const HEX = /^[0-9a-f]+$/i;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** A digest of that many bytes, however it is written; undefined if it is none. */
function readDigest(text: string, bytes: number): Buffer | undefined {
  const encoding = text.length === bytes * 2 && HEX.test(text) ? 'hex' : BASE64.test(text) ? 'base64' : undefined;
  const digest = encoding === undefined ? undefined : Buffer.from(text, encoding);
  return digest?.length === bytes ? digest : undefined;
}
