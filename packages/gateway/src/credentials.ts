import { createHash, timingSafeEqual } from 'node:crypto';

export interface BasicCredentials {
  readonly username: string;
  readonly password: string;
}

export interface CredentialOptions {
  /** One, or two while credentials are being rotated. */
  readonly accepted: readonly BasicCredentials[];
  /** A header that must be there too, as the funding source's `custom_header` sends it (PROTOCOL 2.1). */
  readonly header?: { readonly name: string; readonly value: string };
}

export type CredentialCheck = (headers: Readonly<Record<string, string | string[] | undefined>>) => boolean;

/**
 * Checks the Authorization header, and the extra one where it is asked for, in constant time: digests of equal length
 * are compared, all of them, whatever matched before.
 */
export function createCredentialCheck(options: CredentialOptions): CredentialCheck {
  const accepted = options.accepted.map(({ username, password }) =>
    digest(`Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`),
  );
  const headerName = options.header?.name.toLowerCase();
  const headerDigest = options.header === undefined ? undefined : digest(options.header.value);

  return (headers) => {
    const given = digest(normalised(headers['authorization']));
    let matches = 0;
    for (const each of accepted) matches += timingSafeEqual(given, each) ? 1 : 0;
    let headerMatches = true;
    if (headerName !== undefined && headerDigest !== undefined) {
      const value = headers[headerName];
      headerMatches = timingSafeEqual(digest(typeof value === 'string' ? value : ''), headerDigest);
    }
    return matches > 0 && headerMatches;
  };
}

/** The scheme's name is case-insensitive (RFC 9110, 11.1). */
function normalised(header: string | string[] | undefined): string {
  return typeof header === 'string' ? header.replace(/^basic +/i, 'Basic ') : '';
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
