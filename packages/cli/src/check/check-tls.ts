import { once } from 'node:events';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { askUrl, type TlsMaterial } from './ask-url.ts';
import { type Check, fails, notChecked, passed } from './check.ts';

const DAY_MS = 86_400_000;
/** Time to renew without haste; most authorities' robots renew at thirty. */
const LEAST_DAYS = 14;
const TIMEOUT_MS = 10_000;

export interface SecuredUrl {
  readonly checks: readonly Check[];
  /** Whether a password may be sent there. */
  readonly isTrusted: boolean;
}

/** Who answers there, and how well the way is secured. */
export async function checkTls(url: string, tls: TlsMaterial, nowMs: number): Promise<SecuredUrl> {
  const { protocol, hostname, port, origin } = new URL(url);
  if (protocol !== 'https:')
    return {
      checks: [fails('TLS', 'plain HTTP', 'Marqeta calls https:// only: put a proxy with a certificate in front')],
      isTrusted: isLoopback(hostname),
    };
  const reply = await askUrl(origin, { method: 'GET', timeoutMs: TIMEOUT_MS, tls });
  if (reply.kind === 'silent')
    return {
      checks: [
        fails(
          'TLS',
          reply.why,
          'look at name, port, firewall and the chain of the certificate; --ca names an authority of your own',
        ),
      ],
      isTrusted: false,
    };
  const { protocol: version = 'unknown', certificate } = reply.secured ?? {};
  const expiresAtMs = Date.parse(certificate?.valid_to ?? '');
  const days = Math.floor((expiresAtMs - nowMs) / DAY_MS);
  return {
    checks: [
      passed('TLS', version),
      await oldVersions(hostname.replace(/^\[|\]$/g, ''), port === '' ? 443 : Number(port), tls),
      days >= LEAST_DAYS
        ? passed('certificate', `valid for ${days} days`)
        : fails('certificate', `expires in ${days} days`, 'renew it: from then on Marqeta reaches nobody'),
    ],
    isTrusted: true,
  };
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}

/** Whether anything older than TLS 1.2 would do. */
async function oldVersions(host: string, port: number, tls: TlsMaterial): Promise<Check> {
  const name = 'TLS before 1.2';
  // Modern libraries offer it on a level of security only that nothing else uses.
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
  const socket = connect({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}), ...tls, ...old });
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return fails(name, `${socket.getProtocol() ?? ''} is accepted`, 'let the proxy take TLS 1.2 and later only');
  } catch (error) {
    const isSilence = error instanceof Error && error.name === 'AbortError';
    return isSilence ? notChecked(name, 'no answer', 'ask again') : passed(name, 'refused');
  } finally {
    socket.destroy();
  }
}
