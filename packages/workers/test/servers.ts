// The real servers that the suites need; a suite whose server is not there is skipped.
export const DATABASE_URL = process.env['TEST_DATABASE_URL'] ?? '';
/** A number that no other suite uses: versions of one database mean nothing to the caches of another. */
export const REDIS_URL = process.env['TEST_REDIS_URL'] ? new URL('/15', process.env['TEST_REDIS_URL']).href : '';
export const RABBITMQ_URL = process.env['TEST_RABBITMQ_URL'] ?? '';
export const MONGODB_URI = process.env['TEST_MONGODB_URI'] ?? '';

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

/** Where a server listens; a place where nothing does when there is none. */
export function addressOf(url: string, defaultPort: number): ServerAddress {
  const parsed = URL.parse(url);
  return { host: parsed?.hostname ?? '127.0.0.1', port: Number(parsed?.port || defaultPort) };
}

/** The same url by way of a proxy on this machine. */
export function through(url: string, proxy: { readonly port: number } | undefined): string {
  if (proxy === undefined) return url;
  const proxied = new URL(url);
  proxied.hostname = '127.0.0.1';
  proxied.port = String(proxy.port);
  return proxied.href;
}
