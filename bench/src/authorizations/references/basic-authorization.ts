import type { Credentials } from '../../poster.ts';

/** The header's value, as the platform sends it (PROTOCOL 3.1). */
export function basicAuthorization({ username, password }: Credentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
