import { createServer } from 'node:net';

type Environment = Record<string, string | undefined>;

/** Credentials that work out of the box on a developer's machine; a real gateway has none until they are set. */
const DEVELOPER_DEFAULTS: Readonly<Record<string, string>> = {
  JIT_BASIC_AUTH_USERNAME: 'marqeta',
  JIT_BASIC_AUTH_PASSWORD: 'Only-4-your-own-machine',
  // Off for a real gateway until it is enabled with a maximum (money.md "unloads"); here every method can be tried.
  ORIGINAL_CREDITS: 'true',
  ORIGINAL_CREDIT_MAX: '1000000',
};

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/**
 * The environment for `freeway dev` and the demo: what is unset gets a developer's default. The known password is given
 * only while nobody else can reach us.
 */
export async function developerEnvironment(env: Environment): Promise<Environment> {
  const host = env['HOST'] ?? '127.0.0.1';
  const defaults = { ...DEVELOPER_DEFAULTS };
  if (!LOOPBACK.has(host)) delete defaults['JIT_BASIC_AUTH_PASSWORD'];
  if (env['ORIGINAL_CREDITS'] !== undefined) delete defaults['ORIGINAL_CREDIT_MAX'];
  const port = env['PORT'] ?? ((await isFree(host, 8080)) ? '8080' : '0');
  return { ...defaults, ...withoutUnset(env), PORT: port };
}

function withoutUnset(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
      .once('error', () => resolve(false))
      .once('listening', () => probe.close(() => resolve(true)))
      .listen(port, host);
  });
}
