import { createHash, timingSafeEqual } from 'node:crypto';

/** What a caller must present, as the settings name it. */
export interface CredentialOptions {
  readonly username: string;
  readonly password: string;
  /** A second pair, accepted beside the first while credentials are being rotated. */
  readonly usernameNext?: string | undefined;
  readonly passwordNext?: string | undefined;
  /** A header that must be there too, as the platform's `custom_header` sends it (PROTOCOL 2.1, 10.2). */
  readonly headerName?: string | undefined;
  readonly headerValue?: string | undefined;
}

export type CredentialCheck = (headers: Readonly<Record<string, string | string[] | undefined>>) => boolean;

/**
 * Checks the Authorization header, and the extra one where it is asked for, in constant time: digests of equal length
 * are compared, all of them, whatever matched before.
 */
export function createCredentialCheck(options: CredentialOptions): CredentialCheck {
  const accepted = [digestOf(options.username, options.password)];
  const { usernameNext, passwordNext, headerName, headerValue } = options;
  if (usernameNext !== undefined && passwordNext !== undefined) accepted.push(digestOf(usernameNext, passwordNext));
  const extra =
    headerName === undefined || headerValue === undefined
      ? undefined
      : { name: headerName.toLowerCase(), value: digest(headerValue) };

  return (headers) => {
    const given = digest(normalised(headers['authorization']));
    let matches = 0;
    for (const each of accepted) matches += timingSafeEqual(given, each) ? 1 : 0;
    let headerMatches = true;
    if (extra !== undefined) {
      const value = headers[extra.name];
      headerMatches = timingSafeEqual(digest(typeof value === 'string' ? value : ''), extra.value);
    }
    return matches > 0 && headerMatches;
  };
}

/** Of the header that carries the pair. */
function digestOf(username: string, password: string): Buffer {
  return digest(`Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`);
}

/** The scheme's name is case-insensitive (RFC 9110, 11.1). */
function normalised(header: string | string[] | undefined): string {
  return typeof header === 'string' ? header.replace(/^basic +/i, 'Basic ') : '';
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
