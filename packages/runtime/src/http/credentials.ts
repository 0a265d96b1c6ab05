import { createSecretMatch } from './secret-match.ts';

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
 * Checks the Authorization header, and the extra one where it is asked for, in constant time: both are compared, whatever
 * matched before.
 */
export function createCredentialCheck(options: CredentialOptions): CredentialCheck {
  const accepted = [headerOf(options.username, options.password)];
  const { usernameNext, passwordNext, headerName, headerValue } = options;
  if (usernameNext !== undefined && passwordNext !== undefined) accepted.push(headerOf(usernameNext, passwordNext));
  const isAccepted = createSecretMatch(accepted);
  const extra =
    headerName === undefined || headerValue === undefined
      ? undefined
      : { name: headerName.toLowerCase(), isAccepted: createSecretMatch([headerValue]) };

  return (headers) => {
    const matches = isAccepted(normalised(headers['authorization']));
    if (extra === undefined) return matches;
    const value = headers[extra.name];
    const headerMatches = extra.isAccepted(typeof value === 'string' ? value : '');
    return matches && headerMatches;
  };
}

/** The header that carries the pair. */
function headerOf(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

/** The scheme's name is case-insensitive (RFC 9110, 11.1); nearly everybody spells it in one way. */
function normalised(header: string | string[] | undefined): string {
  if (typeof header !== 'string') return '';
  return /^Basic [^ ]/.test(header) ? header : header.replace(/^basic +/i, 'Basic ');
}
